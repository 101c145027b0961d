import { Injectable } from '@nestjs/common';
import { LegalMinimumQuery } from '#contracts/privacy';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type PruneOrder,
  type RowSet,
  type SubjectPart,
} from '#libs/privacy';

interface Row {
  id: string;
  [field: string]: unknown;
}

const DAY_MS = 86_400_000;
const OF_CHECKS =
  'x.check_id IN (SELECT k.id FROM kyb_check k WHERE k.tenant_id = $1 AND k.counterparty_id = ANY ($2::uuid[]))';
const OF_COUNTERPARTY = 'x.counterparty_id = ANY ($2::uuid[])';

/** Everything about a counterparty, in the order in which it can be deleted: what points at a row goes before it. */
const TABLES: readonly (readonly [table: string, where: string])[] = [
  [
    'kyb_alert_event',
    'x.alert_id IN (SELECT a.id FROM kyb_alert a WHERE a.tenant_id = $1 AND a.counterparty_id = ANY ($2::uuid[]))',
  ],
  ['kyb_alert', OF_COUNTERPARTY],
  [
    'kyb_case_event',
    'x.case_id IN (SELECT c.id FROM kyb_case c WHERE c.tenant_id = $1 AND c.counterparty_id = ANY ($2::uuid[]))',
  ],
  ['kyb_case', OF_COUNTERPARTY],
  ['kyb_risk', OF_COUNTERPARTY],
  ['kyb_exchange', OF_CHECKS],
  ['kyb_hit', OF_CHECKS],
  ['kyb_snapshot', OF_COUNTERPARTY],
  ['kyb_change', OF_COUNTERPARTY],
  ['kyb_match', OF_COUNTERPARTY],
  ['kyb_coverage', OF_COUNTERPARTY],
  ['kyb_check', OF_COUNTERPARTY],
  ['counterparty_relation', 'x.from_id = ANY ($2::uuid[]) OR x.to_id = ANY ($2::uuid[])'],
  ['counterparty', 'x.id = ANY ($2::uuid[])'],
];

/** What of it an export shows: type of the record, table, columns. Sealed columns that keep JSON are read as such. */
const EXPORTED: readonly (readonly [type: string, table: string, columns: string])[] = [
  [
    'counterparty',
    'counterparty',
    `x.id, x.kind, x.roles, x.reference, x.details, x.country, x.vat_number AS "vatNumber", x.lei, x.register_number AS "registerNumber",
     x.register_authority AS "registerAuthority", x.archived_at AS "archivedAt", x.created_at AS "createdAt", x.updated_at AS "updatedAt"`,
  ],
  ['relation', 'counterparty_relation', 'x.id, x.from_id AS "fromId", x.to_id AS "toId", x.kind'],
  [
    'check',
    'kyb_check',
    `x.id, x.source, x.state, x.reason, x.reference, x.question, x.facts, x.list_versions AS "listVersions",
     x.evidence_hash AS "evidenceHash", x.started_at AS "startedAt", x.finished_at AS "finishedAt"`,
  ],
  ['exchange', 'kyb_exchange', 'x.id, x.check_id AS "checkId", x.content'],
  [
    'hit',
    'kyb_hit',
    'x.id, x.check_id AS "checkId", x.list, x.entry_id AS "entryId", x.score, x.band, x.explanation',
  ],
  ['snapshot', 'kyb_snapshot', 'x.id, x.source, x.facts, x.taken_at AS "takenAt"'],
  ['change', 'kyb_change', 'x.id, x.source, x.kind, x.field, x.content, x.created_at AS "createdAt"'],
  [
    'alert',
    'kyb_alert',
    `x.id, x.case_id AS "caseId", x.subject, x.kind, x.severity, x.state, x.disposition, x.reason_code AS "reasonCode",
     x.raised_at AS "raisedAt", x.decided_at AS "decidedAt"`,
  ],
  ['alert-event', 'kyb_alert_event', 'x.id, x.alert_id AS "alertId", x.kind, x.note, x.at'],
  ['risk', 'kyb_risk', 'x.id, x.score, x.factors AS "weighed", x.computed_at AS "computedAt"'],
];
const JSON_TEXTS = ['details', 'question', 'facts', 'content', 'explanation'];

/** When the law lets a counterparty go: so many days after the end of the year in which the relationship ended. */
const LEFT = `date_trunc('year', archived_at) + interval '1 year'`;

/**
 * Counterparties with everything that was checked, found and decided about them. People may ask for it; what a business has to
 * keep of whom it dealt with, it keeps until the law lets it go.
 */
@Injectable()
@HoldsPersonalData({
  name: 'kyb.counterparties',
  description: 'The person as a counterparty of the business: checks, their evidence, and what was decided',
  dataClasses: ['counterparties'],
  order: 65,
})
export class CounterpartyStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rows: PersonalRows,
    private readonly cipher: FieldCipher,
    private readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  override async locate({ customerIds }: DataSubject): Promise<SubjectPart> {
    const found = await this.uow.query<{ id: string }>(
      `SELECT id FROM counterparty WHERE tenant_id = $1 AND kind = 'person' AND contact_id = ANY ($2::uuid[])`,
      [currentTenant(), customerIds],
    );
    return { counterpartyIds: found.map(({ id }) => id) };
  }

  async *export({ counterpartyIds }: DataSubject): AsyncGenerator<PersonalRecord> {
    if (counterpartyIds.length === 0) return;
    for (const [type, table, columns] of EXPORTED)
      for await (const row of this.rows.read<Row>(rowsOf(table, counterpartyIds), columns))
        yield { type, ...opened(row) };
  }

  async erase({ counterpartyIds }: DataSubject, now: Date, limit: number): Promise<Erasure> {
    const minimum = await this.dispatcher.ask(new LegalMinimumQuery('counterparties'));
    const before = new Date(now.getTime() - (minimum?.days ?? 0) * DAY_MS);
    const known = await this.uow.query<{ id: string; archived: boolean; free: boolean }>(
      `SELECT id, archived_at IS NOT NULL AS archived, coalesce(${LEFT} <= $3, false) AS free
       FROM counterparty WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE`,
      [currentTenant(), counterpartyIds, before],
    );
    const free = known.filter((each) => each.free).map(({ id }) => id);
    const records = await this.remove(free, limit);
    const more = records === limit;
    const kept = known.filter((each) => !each.free);
    const reason = kept.some(({ archived }) => !archived)
      ? 'The business still deals with the person: the counterparty is not archived.'
      : `The law has it kept after the business relationship has ended. ${minimum?.source ?? ''}.`;
    if (kept.length === 0) return { records, what: 'deleted', more };
    return { records, what: records === 0 ? 'kept' : 'deleted', reason, more };
  }

  override async prune(order: PruneOrder): Promise<number> {
    const where = `archived_at IS NOT NULL AND ${LEFT} < $2 AND NOT (id = ANY ($3::uuid[]))`;
    const values = [currentTenant(), order.before, order.held.counterpartyIds];
    if (order.dryRun) {
      const all = await this.uow.query<{ id: string }>(
        `SELECT id FROM counterparty WHERE tenant_id = $1 AND ${where}`,
        values,
      );
      const ids = all.map(({ id }) => id);
      let count = 0;
      for (const [table] of TABLES) count += await this.rows.count(rowsOf(table, ids));
      return count;
    }
    const due = await this.uow.query<{ id: string }>(
      `SELECT id FROM counterparty WHERE tenant_id = $1 AND ${where} ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED`,
      [...values, order.limit],
    );
    return this.remove(
      due.map(({ id }) => id),
      order.limit,
    );
  }

  override oldest(): Promise<Date | null> {
    const archived = { table: 'counterparty', where: 'x.archived_at IS NOT NULL', parameters: [] };
    return this.rows.oldest(archived, 'x.archived_at');
  }

  /** Deletes at most `limit` rows of locked counterparties; with the last one of each its keys, and so what is elsewhere of it. */
  private async remove(ids: readonly string[], limit: number): Promise<number> {
    let records = 0;
    if (ids.length === 0) return records;
    for (const [table] of TABLES) {
      const last = table === 'counterparty' ? ids.slice(0, limit - records) : ids;
      if (table === 'counterparty') for (const id of last) await this.cipher.destroySubjectKeys(id);
      records += await this.rows.delete(rowsOf(table, last), limit - records);
      if (records === limit) break;
    }
    return records;
  }
}

const rowsOf = (table: string, ids: readonly string[]): RowSet => ({
  table,
  where: TABLES.find(([name]) => name === table)?.[1] ?? 'false',
  parameters: [ids],
});

const opened = (row: Row): Row => ({
  ...row,
  ...Object.fromEntries(
    JSON_TEXTS.flatMap((name) => {
      const text = row[name];
      return typeof text === 'string' ? [[name, JSON.parse(text) as unknown]] : [];
    }),
  ),
});
