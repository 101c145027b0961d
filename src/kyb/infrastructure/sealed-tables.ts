import type { SealedTable } from '#libs/encryption';

const sealed = (table: string, person: string, ...columns: string[]): SealedTable => ({
  table,
  columns: columns.map((name) => ({ name, kind: 'text' })),
  subject: person,
});

/** SQL for the counterparty with this id, if it is a person. */
const person = (id: string): string =>
  `(SELECT p.id FROM counterparty p WHERE p.tenant_id = t.tenant_id AND p.id = ${id} AND p.kind = 'person')`;
const ofCheck = person(
  '(SELECT k.counterparty_id FROM kyb_check k WHERE k.tenant_id = t.tenant_id AND k.id = t.check_id)',
);
const ofAlert = person(
  '(SELECT a.counterparty_id FROM kyb_alert a WHERE a.tenant_id = t.tenant_id AND a.id = t.alert_id)',
);

/** What this context keeps sealed: about persons with a key of their own, about organisations with the tenant's. */
export const SEALED_TABLES: readonly SealedTable[] = [
  sealed('counterparty', `CASE WHEN t.kind = 'person' THEN t.id END`, 'details'),
  sealed('kyb_check', person('t.counterparty_id'), 'question', 'facts'),
  sealed('kyb_exchange', ofCheck, 'content'),
  sealed('kyb_hit', ofCheck, 'explanation'),
  sealed('kyb_snapshot', person('t.counterparty_id'), 'facts'),
  sealed('kyb_change', person('t.counterparty_id'), 'content'),
  sealed('kyb_alert_event', ofAlert, 'note'),
];
