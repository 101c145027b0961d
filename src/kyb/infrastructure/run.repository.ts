import { Injectable } from '@nestjs/common';
import { currentTenant, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { EditionRef } from '../domain/evidence.js';
import type { ListName } from '../domain/sources.js';

/** A pass over counterparties, or names that were screened by hand. Kept also when it found nothing. */
export interface Run {
  readonly id: string;
  readonly kind: 'delta' | 'full' | 'ad_hoc';
  /** Of a delta: whose editions. */
  readonly list: ListName | null;
  readonly fromNumber: number | null;
  readonly toNumber: number | null;
  readonly listVersions: readonly EditionRef[];
  readonly matcherVersion: string;
  /** Counterparties, or names, that were looked at. */
  readonly counterparties: number;
  /** Those whose hits differ from before; ad hoc: 0. */
  readonly affected: number;
  readonly hitsAdded: number;
  readonly hitsChanged: number;
  readonly hitsRemoved: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export interface OpenRun extends Run {
  /** The last counterparty that is done. */
  readonly cursor: string | null;
}

const COLUMNS = `id, kind, list, from_number AS "fromNumber", to_number AS "toNumber", list_versions AS "listVersions",
  matcher_version AS "matcherVersion", counterparties, affected, hits_added AS "hitsAdded", hits_changed AS "hitsChanged",
  hits_removed AS "hitsRemoved", started_at AS "startedAt", finished_at AS "finishedAt"`;

@Injectable()
export class RunRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async insertAdHoc(run: {
    id: string;
    listVersions: readonly EditionRef[];
    matcherVersion: string;
    queries: number;
    hits: number;
    startedAt: Date;
    finishedAt: Date;
  }): Promise<void> {
    await this.uow.write(
      `INSERT INTO kyb_run (tenant_id, id, kind, list_versions, matcher_version, counterparties, hits_added, started_at, finished_at)
       VALUES ($1, $2, 'ad_hoc', $3, $4, $5, $6, $7, $8)`,
      [
        currentTenant(),
        run.id,
        JSON.stringify(run.listVersions),
        run.matcherVersion,
        run.queries,
        run.hits,
        run.startedAt,
        run.finishedAt,
      ],
    );
  }

  async insert(
    run: Pick<
      Run,
      'id' | 'kind' | 'list' | 'fromNumber' | 'toNumber' | 'listVersions' | 'matcherVersion' | 'startedAt'
    >,
    leaseUntil: Date,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO kyb_run (tenant_id, id, kind, list, from_number, to_number, list_versions, matcher_version, lease_until, started_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        currentTenant(),
        run.id,
        run.kind,
        run.list,
        run.fromNumber,
        run.toNumber,
        JSON.stringify(run.listVersions),
        run.matcherVersion,
        leaseUntil,
        run.startedAt,
      ],
    );
  }

  /** The pass that is not finished, with its row locked: there is one at most. */
  async open(): Promise<(OpenRun & { leaseUntil: Date | null }) | null> {
    const [row] = await this.uow.query<OpenRun & { leaseUntil: Date | null }>(
      `SELECT ${COLUMNS}, cursor, lease_until AS "leaseUntil" FROM kyb_run WHERE tenant_id = $1 AND kind <> 'ad_hoc'
         AND finished_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE`,
      [currentTenant()],
    );
    return row ?? null;
  }

  async lease(id: string, until: Date): Promise<void> {
    await this.uow.execute('UPDATE kyb_run SET lease_until = $3 WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
      until,
    ]);
  }

  /** Notes how far a pass has come. False: it is another worker's by now. */
  async advance(
    id: string,
    step: { from: string | null; cursor: string; counterparties: number; affected: number; leaseUntil: Date },
  ): Promise<boolean> {
    const moved = await this.uow.execute(
      `UPDATE kyb_run SET cursor = $3, counterparties = counterparties + $4, affected = affected + $5, lease_until = $6
       WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL AND cursor IS NOT DISTINCT FROM $7`,
      [currentTenant(), id, step.cursor, step.counterparties, step.affected, step.leaseUntil, step.from],
    );
    return moved === 1;
  }

  /** Counts what the checks of the pass found. */
  async finish(id: string, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE kyb_run r SET finished_at = $3, lease_until = NULL, hits_added = c.added, hits_changed = c.changed, hits_removed = c.removed
       FROM (SELECT count(*) FILTER (WHERE h.kind = 'new_hit') AS added, count(*) FILTER (WHERE h.kind = 'changed_hit') AS changed,
               count(*) FILTER (WHERE h.kind = 'removed_hit') AS removed
             FROM kyb_check k JOIN kyb_change h ON h.tenant_id = k.tenant_id AND h.check_id = k.id
             WHERE k.tenant_id = $1 AND k.run_id = $2) c
       WHERE r.tenant_id = $1 AND r.id = $2`,
      [currentTenant(), id, at],
    );
  }

  async get(id: string): Promise<Run> {
    const [row] = await this.uow.query<Run>(
      `SELECT ${COLUMNS} FROM kyb_run WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('run', id);
    return row;
  }

  /** Newest first; one more than `limit` when there is one. */
  list(
    kind: string | undefined,
    { limit, startingAfter }: { limit: number; startingAfter?: string },
  ): Promise<Run[]> {
    return this.uow.query<Run>(
      `SELECT ${COLUMNS} FROM kyb_run WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [currentTenant(), kind ?? null, startingAfter ?? null, limit + 1],
    );
  }
}
