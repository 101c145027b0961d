import type { SealedTable } from '#libs/encryption';

const OF_THREAD = `(SELECT i.customer_id FROM thread h JOIN identity i ON i.tenant_id = h.tenant_id AND i.id = h.identity_id
  WHERE h.tenant_id = t.tenant_id AND h.id = t.thread_id)`;

const OF_IDENTITY = `(SELECT i.customer_id FROM identity i WHERE i.tenant_id = t.tenant_id AND i.id = t.identity_id)`;

/** What this context keeps sealed. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'identity',
    subject: 't.customer_id',
    columns: ['address', 'display_name', 'phone'].map((name) => ({ name, kind: 'text' })),
  },
  {
    table: 'identity_key',
    subject: OF_IDENTITY,
    columns: [{ name: 'value', kind: 'text', indexedAs: 'value_index' }],
  },
  {
    table: 'thread',
    subject: OF_IDENTITY,
    columns: ['preview', 'handoff_reason'].map((name) => ({ name, kind: 'text' })),
  },
  {
    table: 'message',
    subject: OF_THREAD,
    columns: [
      { name: 'parts', kind: 'json' },
      { name: 'text', kind: 'text' },
      {
        name: 'dedupe_key',
        kind: 'index',
        index: { table: 'inbound_event', column: 'external_id' },
        where: `t.dedupe_key LIKE 'msg:%'`,
      },
    ],
  },
  { table: 'parked_status', columns: [{ name: 'recipient', kind: 'index' }] },
];
