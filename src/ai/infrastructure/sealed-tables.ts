import type { SealedTable } from '#libs/encryption';

const OF_THREAD = (thread: string): string =>
  `(SELECT i.customer_id FROM thread h JOIN identity i ON i.tenant_id = h.tenant_id AND i.id = h.identity_id
    WHERE h.tenant_id = t.tenant_id AND h.id = ${thread})`;

/** What this context keeps sealed; whose it is, the thread says. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'turn_record',
    subject: OF_THREAD('t.thread_id'),
    columns: [{ name: 'transcript', kind: 'json' }],
  },
  {
    table: 'tool_receipt',
    subject: OF_THREAD(
      '(SELECT u.thread_id FROM turn u WHERE u.tenant_id = t.tenant_id AND u.id = t.turn_id)',
    ),
    columns: [
      { name: 'arguments', kind: 'json' },
      { name: 'result', kind: 'json' },
    ],
  },
];
