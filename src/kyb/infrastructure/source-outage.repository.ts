import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';

export interface SourceOutage {
  readonly id: string;
  /** A list or a register. */
  readonly source: string;
  readonly since: Date;
  readonly lastSuccessAt: Date | null;
  readonly endedAt: Date | null;
}

export type NoticeKind = 'stale' | 'recovered';

const COLUMNS = `id, source, since, last_success_at AS "lastSuccessAt", ended_at AS "endedAt"`;

/** Outages of sources, of no tenant, and which business was told of them. */
@Injectable()
export class SourceOutageRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
  ) {}

  /** Those that are not over, or that not everybody was told the end of. */
  unsettled(): Promise<SourceOutage[]> {
    return this.uow.runAsSystem(() =>
      this.uow.query<SourceOutage>(
        `SELECT ${COLUMNS} FROM kyb_source_outage WHERE settled_at IS NULL ORDER BY id`,
      ),
    );
  }

  /** False when another process has found it too. */
  async begin(
    source: string,
    { since, lastSuccessAt, at }: { since: Date; lastSuccessAt: Date | null; at: Date },
  ) {
    const made = await this.uow.runAsSystem(() =>
      this.uow.execute(
        `INSERT INTO kyb_source_outage (id, source, since, last_success_at, found_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [newId(), source, since, lastSuccessAt, at],
      ),
    );
    return made === 1;
  }

  /** False when another process has ended it. */
  async end(id: string, at: Date): Promise<boolean> {
    const ended = await this.uow.runAsSystem(() =>
      this.uow.execute('UPDATE kyb_source_outage SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL', [
        id,
        at,
      ]),
    );
    return ended === 1;
  }

  async settle(id: string, at: Date): Promise<void> {
    await this.uow.runAsSystem(() =>
      this.uow.execute('UPDATE kyb_source_outage SET settled_at = $2 WHERE id = $1', [id, at]),
    );
  }

  /** Businesses that are still to be told, by id. */
  async untold(
    { id, source }: SourceOutage,
    kind: NoticeKind,
    { limit, after }: { limit: number; after: string | null },
  ): Promise<string[]> {
    const rows =
      kind === 'stale'
        ? await this.system.call<{ tenant_id: string }>('kyb_source_unwarned', [id, source, after, limit])
        : await this.system.call<{ tenant_id: string }>('kyb_source_warned', [id, after, limit]);
    return rows.map(({ tenant_id: tenantId }) => tenantId);
  }

  /** Notes that the tenant of the context is told; false when it was already, or when an outage to warn of is over. */
  async tell(outageId: string, kind: NoticeKind, at: Date): Promise<boolean> {
    const made = await this.uow.execute(
      `INSERT INTO kyb_source_notice (tenant_id, id, outage_id, kind, at)
       SELECT $1, $2, o.id, $4, $5 FROM kyb_source_outage o WHERE o.id = $3 AND ($4 = 'recovered' OR o.ended_at IS NULL)
       ON CONFLICT DO NOTHING`,
      [currentTenant(), newId(), outageId, kind, at],
    );
    return made === 1;
  }
}
