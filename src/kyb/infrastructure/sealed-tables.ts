import type { SealedTable } from '#libs/encryption';

const sealed = (table: string, ...columns: string[]): SealedTable => ({
  table,
  columns: columns.map((name) => ({ name, kind: 'text' })),
});

/** What this context keeps sealed, with the tenant's key. */
export const SEALED_TABLES: readonly SealedTable[] = [
  sealed('counterparty', 'details'),
  sealed('kyb_check', 'question', 'facts'),
  sealed('kyb_exchange', 'content'),
  sealed('kyb_hit', 'explanation'),
  sealed('kyb_snapshot', 'facts'),
  sealed('kyb_change', 'content'),
  sealed('kyb_alert_event', 'note'),
];
