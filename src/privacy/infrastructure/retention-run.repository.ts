import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface RetentionRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly durationMs: number | null;
  readonly classes: {
    dataClass: string;
    store: string;
    days: number;
    records: number;
    oldestKept: string | null;
  }[];
}

/** What runs of retention did. One a tenant and UTC day. */
@Injectable()
export class RetentionRunRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Takes today's run, new or broken off; null when it is done or another worker's. */
  async claim(now: Date, leaseMs: number): Promise<{ id: string } | null> {
    const [row] = await this.uow.query<{ id: string }>(
      `INSERT INTO retention_run AS r (tenant_id, id, day, lease_until, started_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, day) DO UPDATE SET lease_until = excluded.lease_until
         WHERE r.finished_at IS NULL AND r.lease_until <= $5
       RETURNING r.id`,
      [currentTenant(), newId(), now.toISOString().slice(0, 10), new Date(now.getTime() + leaseMs), now],
    );
    return row ?? null;
  }

  async extend(id: string, until: Date): Promise<boolean> {
    const extended = await this.uow.execute(
      'UPDATE retention_run SET lease_until = $3 WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL',
      [currentTenant(), id, until],
    );
    return extended > 0;
  }

  async finish(id: string, now: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE retention_run SET finished_at = $3, duration_ms = extract(epoch FROM ($3::timestamptz - started_at)) * 1000
       WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL`,
      [currentTenant(), id, now],
    );
  }

  async isDone(runId: string, dataClass: string, store: string): Promise<boolean> {
    const rows = await this.uow.query(
      `SELECT 1 FROM retention_run_class WHERE tenant_id = $1 AND run_id = $2 AND data_class = $3 AND store = $4
         AND finished_at IS NOT NULL`,
      [currentTenant(), runId, dataClass, store],
    );
    return rows.length > 0;
  }

  async note(
    runId: string,
    did: {
      dataClass: string;
      store: string;
      days: number;
      records: number;
      oldest: Date | null;
      doneAt: Date | null;
    },
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO retention_run_class AS c (tenant_id, id, run_id, data_class, store, days, records, oldest_kept, finished_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, run_id, data_class, store) DO UPDATE SET
         records = c.records + excluded.records, oldest_kept = excluded.oldest_kept, finished_at = excluded.finished_at`,
      [
        currentTenant(),
        newId(),
        runId,
        did.dataClass,
        did.store,
        did.days,
        did.records,
        did.oldest,
        did.doneAt,
      ],
    );
  }

  list(page: { limit: number; startingAfter?: string }): Promise<RetentionRun[]> {
    return this.uow.query<RetentionRun>(
      `SELECT r.id, r.started_at AS "startedAt", r.finished_at AS "finishedAt", r.duration_ms AS "durationMs",
         coalesce((SELECT jsonb_agg(jsonb_build_object('dataClass', c.data_class, 'store', c.store, 'days', c.days,
           'records', c.records, 'oldestKept', c.oldest_kept) ORDER BY c.id) FROM retention_run_class c
           WHERE c.tenant_id = r.tenant_id AND c.run_id = r.id), '[]') AS classes
       FROM retention_run r WHERE r.tenant_id = $1 AND ($2::uuid IS NULL OR r.id < $2) ORDER BY r.id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }
}
