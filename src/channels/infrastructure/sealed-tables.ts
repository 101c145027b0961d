import type { SealedTable } from '#libs/encryption';

/** What this context keeps sealed. Events of before keep their lane until they are done: their jobs know it. */
export const SEALED_TABLES: readonly SealedTable[] = [
  { table: 'channel', columns: [{ name: 'credentials', kind: 'text', legacy: {} }] },
  {
    table: 'inbound_event',
    epoch: 't.received_at',
    columns: [
      { name: 'payload', kind: 'json' },
      { name: 'external_id', kind: 'index', where: `t.kind <> 'status' AND t.status <> 'pending'` },
      { name: 'lane', kind: 'index', where: `t.status <> 'pending'` },
    ],
  },
];
