import { Injectable } from '@nestjs/common';
import { Clock, newId, runInContext } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { DataKeys } from './data-keys.js';
import { SYSTEM_REALM } from './data-key-store.js';
import { prefixOf, SEALED_PREFIX } from './envelope.js';
import { RowsBroken } from './errors.js';
import { Keyring } from './keyring.js';
import { Resealer } from './resealer.js';

export type Say = (line: string) => void;

interface WrappedRow {
  tenant_id: string | null;
  id: string;
  scope: string;
  wrapped_key: string;
  kek_id: string;
}

const BATCH = 500;
/** A data key younger than this is not rotated again: a rotation that was killed goes on when it is started anew. */
const FRESH_MS = 3_600_000;

/** What `cli rotate-keys` and `cli seal-data` do, while the installation runs. Each can be killed and started again. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly system: SystemFunctions,
    private readonly uow: UnitOfWork,
    private readonly ring: Keyring,
    private readonly keys: DataKeys,
    private readonly resealer: Resealer,
    private readonly clock: Clock,
  ) {}

  /** Wraps every data key with the active key-encryption key. Answers how many it wrapped anew. */
  async rewrap(say: Say = () => undefined, batch = BATCH): Promise<number> {
    const { activeId } = this.ring;
    let total = 0;
    for (;;) {
      const rows = await this.system.call<WrappedRow>('data_keys_not_under', [activeId, batch]);
      if (rows.length === 0) return total;
      const items = rows.map((row) => {
        const place = { realm: row.tenant_id ?? SYSTEM_REALM, id: row.id, scope: row.scope };
        const key = this.ring.unwrap(row.wrapped_key, row.kek_id, place);
        const { tenant_id, id, wrapped_key: was } = row;
        return { tenant_id, id, was, wrapped_key: this.ring.wrap(key, place) };
      });
      const [done] = await this.system.call<{ data_keys_rewrap: number }>('data_keys_rewrap', [
        activeId,
        JSON.stringify(items),
      ]);
      total += done?.data_keys_rewrap ?? 0;
      say(`${total} data keys wrapped with ${activeId}`);
    }
  }

  /** Gives the tenant, and each of its subjects, a new data key and seals every row with it. Answers how many rows. */
  async rotateData(tenantId: string, say: Say = () => undefined, freshMs = FRESH_MS): Promise<number> {
    await this.retire(tenantId, new Date(this.clock.now().getTime() - freshMs));
    this.keys.forget(tenantId);
    const retired = await this.retiredOf(tenantId);
    return this.reseal([tenantId], retired, say);
  }

  /** Seals with data keys what only SECRET_KEY has sealed, from before there were any. Answers how many rows. */
  sealLegacy(say: Say = () => undefined): Promise<number> {
    return this.reseal(this.tenants(), [], say);
  }

  /** Seals what no data key has sealed: plain values, and secrets of before. Answers how many rows. */
  sealData(say: Say = () => undefined): Promise<number> {
    return this.reseal(this.tenants(), null, say);
  }

  async *tenants(): AsyncGenerator<string> {
    let after: string | null = null;
    for (;;) {
      const rows: { tenant_id: string }[] = await this.system.call('tenant_ids', [after, BATCH]);
      for (const { tenant_id } of rows) yield tenant_id;
      after = rows.at(-1)?.tenant_id ?? null;
      if (after === null) return;
    }
  }

  /** @throws RowsBroken once all that can be done is done. */
  private async reseal(
    tenants: Iterable<string> | AsyncIterable<string>,
    retired: readonly string[] | null,
    say: Say,
  ): Promise<number> {
    let total = 0;
    const broken: string[] = [];
    for await (const tenantId of tenants) {
      const done = await this.resealer.reseal(tenantId, retired, (table, rows) =>
        say(`${tenantId} ${table}: ${rows} rows`),
      );
      total += done.rows;
      broken.push(...done.broken.map((row) => `${row} of ${tenantId}`));
    }
    if (broken.length > 0) throw new RowsBroken(broken, total);
    return total;
  }

  private retire(tenantId: string, before: Date): Promise<unknown> {
    return this.inUnit(tenantId, () =>
      this.uow.execute(
        `UPDATE data_key SET retired_at = $3
         WHERE tenant_id = $1 AND created_at <= $2 AND retired_at IS NULL AND destroyed_at IS NULL
           AND (scope = 'tenant' OR scope LIKE 'subject:%')`,
        [tenantId, before, this.clock.now()],
      ),
    );
  }

  /** As they stand in a sealed text. */
  private async retiredOf(tenantId: string): Promise<string[]> {
    const rows = await this.inUnit(tenantId, () =>
      this.uow.query<{ id: string }>(
        'SELECT id FROM data_key WHERE tenant_id = $1 AND retired_at IS NOT NULL AND destroyed_at IS NULL',
        [tenantId],
      ),
    );
    return rows.map(({ id }) => prefixOf(id).slice(SEALED_PREFIX.length, -1));
  }

  private inUnit<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const actor = { kind: 'system', id: 'encryption' } as const;
    return runInContext({ tenantId, actor, traceId: newId() }, () => this.uow.run(work));
  }
}
