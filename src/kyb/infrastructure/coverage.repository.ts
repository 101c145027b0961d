import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ListName, RegisterName } from '../domain/sources.js';

export interface Covered {
  readonly source: ListName | RegisterName;
  readonly state: string;
  readonly reason: string | null;
  readonly listNumber: number | null;
  /** Whether the source gave an answer; else what it said before goes on to count, with its age. */
  readonly answered: boolean;
}

/** `unknown`: it was never checked. */
export interface CoverageRow {
  readonly counterpartyId: string;
  readonly source: string;
  readonly state: string;
  readonly reason: string | null;
  readonly listNumber: number | null;
  readonly checkId: string | null;
  readonly runId: string | null;
  readonly checkedAt: Date | null;
  readonly attemptedAt: Date | null;
}

export interface CoverageCount {
  readonly source: string;
  readonly state: string;
  readonly reason: string | null;
  readonly listNumber: number | null;
  readonly counterparties: number;
  readonly oldest: Date | null;
}

/** Whether a counterparty has hits of the list of its row, whatever stood there: the row may be of a look that came to nothing. */
const HITS_OR_NOT = (row: string): string =>
  `CASE WHEN EXISTS (SELECT 1 FROM kyb_match m WHERE m.tenant_id = ${row}.tenant_id AND m.counterparty_id = ${row}.counterparty_id
     AND m.list = ${row}.source AND m.removed_at IS NULL) THEN 'hits' ELSE 'no_hits' END`;

/** Who was checked against what, and when: one row for each counterparty and source. */
@Injectable()
export class CoverageRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async save(counterpartyId: string, checkId: string, at: Date, rows: readonly Covered[]): Promise<void> {
    for (const { source, state, reason, listNumber, answered } of rows)
      await this.uow.write(
        `INSERT INTO kyb_coverage AS c (tenant_id, id, counterparty_id, source, state, reason, list_number, check_id, checked_at, attempted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $9 THEN $10::timestamptz END, $10)
         ON CONFLICT (tenant_id, counterparty_id, source) DO UPDATE SET state = excluded.state, reason = excluded.reason,
           list_number = coalesce(excluded.list_number, c.list_number), check_id = excluded.check_id, run_id = NULL,
           checked_at = coalesce(excluded.checked_at, c.checked_at), attempted_at = excluded.attempted_at`,
        [currentTenant(), newId(), counterpartyId, source, state, reason, listNumber, checkId, answered, at],
      );
  }

  /**
   * Notes that a pass held these counterparties against an edition, and found them as they were: a delta those that were held against
   * the edition it started from, a full pass all.
   */
  async advance(
    counterpartyIds: readonly string[],
    list: ListName,
    { from, to, runId, at, full }: { from: number; to: number; runId: string; at: Date; full: boolean },
  ): Promise<void> {
    if (full)
      await this.uow.execute(
        `INSERT INTO kyb_coverage AS c (tenant_id, id, counterparty_id, source, state, list_number, run_id, checked_at, attempted_at)
         SELECT $1, i.id, i.counterparty_id, $2, 'no_hits', $3::int, $4::uuid, $5::timestamptz, $5
         FROM unnest($6::uuid[], $7::uuid[]) AS i(id, counterparty_id)
         ON CONFLICT (tenant_id, counterparty_id, source) DO UPDATE SET
           state = ${HITS_OR_NOT('c')}, reason = NULL,
           list_number = greatest(c.list_number, excluded.list_number), run_id = excluded.run_id,
           checked_at = excluded.checked_at, attempted_at = excluded.attempted_at`,
        [currentTenant(), list, to, runId, at, counterpartyIds.map(() => newId()), counterpartyIds],
      );
    else
      await this.uow.execute(
        `UPDATE kyb_coverage c SET list_number = $4, run_id = $5, checked_at = $6, attempted_at = $6, reason = NULL,
           state = ${HITS_OR_NOT('c')}
         WHERE tenant_id = $1 AND source = $2 AND counterparty_id = ANY($3)
           AND coalesce(list_number, 0) >= $7 AND coalesce(list_number, 0) < $4`,
        [currentTenant(), list, counterpartyIds, to, runId, at, from],
      );
  }

  /**
   * After a change of what these were asked with: nobody has looked at who it is now. When they were looked at before is forgotten, and
   * stands in the checks.
   */
  async outdate(counterpartyId: string, sources: readonly string[]): Promise<void> {
    if (sources.length > 0)
      await this.uow.write(
        `UPDATE kyb_coverage SET state = 'unknown', reason = 'kyb.counterparty_changed', list_number = NULL, check_id = NULL,
           run_id = NULL, checked_at = NULL
         WHERE tenant_id = $1 AND counterparty_id = $2 AND source = ANY($3)`,
        [currentTenant(), counterpartyId, sources],
      );
  }

  of(counterpartyId: string): Promise<CoverageRow[]> {
    return this.uow.query<CoverageRow>(
      `SELECT counterparty_id AS "counterpartyId", source, state, reason, list_number AS "listNumber", check_id AS "checkId",
         run_id AS "runId", checked_at AS "checkedAt", attempted_at AS "attemptedAt"
       FROM kyb_coverage WHERE tenant_id = $1 AND counterparty_id = $2 ORDER BY source`,
      [currentTenant(), counterpartyId],
    );
  }

  /** Counts over all counterparties that are not archived; those without a row of a source are not among them. */
  async summary(): Promise<{ counterparties: number; counts: CoverageCount[] }> {
    const [all] = await this.uow.query<{ counterparties: number }>(
      'SELECT count(*)::int AS counterparties FROM counterparty WHERE tenant_id = $1 AND archived_at IS NULL',
      [currentTenant()],
    );
    // The archived ones are few: to leave them out takes a look at each row of coverage no more than to join it.
    const counts = await this.uow.query<CoverageCount>(
      `SELECT source, state, reason, list_number AS "listNumber", count(*)::int AS counterparties, min(checked_at) AS oldest
       FROM kyb_coverage WHERE tenant_id = $1 AND counterparty_id NOT IN
         (SELECT id FROM counterparty WHERE tenant_id = $1 AND archived_at IS NOT NULL)
       GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
      [currentTenant()],
    );
    return { counterparties: all?.counterparties ?? 0, counts };
  }

  /** Counterparties that a source says nothing of, or that an older edition was held against: by id. */
  gaps(
    source: string,
    current: number | null,
    { limit, startingAfter }: { limit: number; startingAfter?: string },
  ): Promise<(CoverageRow & { id: string })[]> {
    return this.uow.query(
      `SELECT c.id, c.id AS "counterpartyId", $2::text AS source, coalesce(v.state, 'unknown') AS state, v.reason,
         v.list_number AS "listNumber", v.check_id AS "checkId", v.run_id AS "runId", v.checked_at AS "checkedAt",
         v.attempted_at AS "attemptedAt"
       FROM (
         -- Whom it covers is gathered once: joined row by row, thousands are held against thousands.
         SELECT id, tenant_id FROM counterparty WHERE tenant_id = $1 AND archived_at IS NULL AND ($3::uuid IS NULL OR id > $3)
           AND id NOT IN (SELECT counterparty_id FROM kyb_coverage WHERE tenant_id = $1 AND source = $2
             AND state NOT IN ('unknown', 'not_checked') AND ($4::int IS NULL OR coalesce(list_number, 0) >= $4))
         ORDER BY id LIMIT $5
       ) c LEFT JOIN kyb_coverage v ON v.tenant_id = c.tenant_id AND v.counterparty_id = c.id AND v.source = $2
       ORDER BY c.id`,
      [currentTenant(), source, startingAfter ?? null, current, limit + 1],
    );
  }

  async screened(): Promise<
    Map<string, { number: number; matcherVersion: string; fullPassAt: Date | null }>
  > {
    const rows = await this.uow.query<{
      list: string;
      number: number;
      matcherVersion: string;
      fullPassAt: Date | null;
    }>(
      `SELECT list, number, matcher_version AS "matcherVersion", full_pass_at AS "fullPassAt" FROM kyb_screened WHERE tenant_id = $1`,
      [currentTenant()],
    );
    return new Map(rows.map(({ list, ...rest }) => [list, rest]));
  }

  async setScreened(
    list: ListName,
    number: number,
    matcherVersion: string,
    at: Date,
    full: boolean,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO kyb_screened AS s (tenant_id, id, list, number, matcher_version, screened_at, full_pass_at)
       VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7 THEN $6::timestamptz END)
       ON CONFLICT (tenant_id, list) DO UPDATE SET number = greatest(s.number, excluded.number),
         matcher_version = CASE WHEN $7 THEN excluded.matcher_version ELSE s.matcher_version END,
         screened_at = excluded.screened_at, full_pass_at = coalesce(excluded.full_pass_at, s.full_pass_at)`,
      [currentTenant(), newId(), list, number, matcherVersion, at, full],
    );
  }
}
