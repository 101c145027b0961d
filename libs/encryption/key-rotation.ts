import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { Clock, newId, runInContext } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { DataKeys } from './data-keys.js';
import { SYSTEM_REALM } from './data-key-store.js';
import { prefixOf, SEALED_PREFIX } from './envelope.js';
import { RowsBroken } from './errors.js';
import { Keyring } from './keyring.js';
import { type Resealed, Resealer } from './resealer.js';

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

/**
 * What `cli rotate-keys` and `cli seal-data` do, while the installation runs. Each can be killed and started again. The trail of each
 * business says what became of its keys, in the same transaction, and how many rows a run has sealed, at its end.
 */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly system: SystemFunctions,
    private readonly uow: UnitOfWork,
    private readonly ring: Keyring,
    private readonly keys: DataKeys,
    private readonly resealer: Resealer,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Wraps every data key with the active key-encryption key. Answers how many it wrapped anew. */
  async rewrap(say: Say = () => undefined, batch = BATCH): Promise<number> {
    const { activeId } = this.ring;
    let total = 0;
    for (;;) {
      const rows = await this.system.call<WrappedRow>('data_keys_not_under', [activeId, batch]);
      if (rows.length === 0) return total;
      const byRealm = new Map<string, WrappedRow[]>();
      for (const row of rows) {
        const realm = row.tenant_id ?? SYSTEM_REALM;
        byRealm.set(realm, [...(byRealm.get(realm) ?? []), row]);
      }
      for (const [realm, keys] of byRealm) total += await this.rewrapIn(realm, keys);
      say(`${total} data keys wrapped with ${activeId}`);
    }
  }

  private rewrapIn(realm: string, keys: readonly WrappedRow[]): Promise<number> {
    const { activeId } = this.ring;
    const items = keys.map(({ tenant_id, id, scope, wrapped_key: was, kek_id }) => {
      const place = { realm, id, scope };
      return { tenant_id, id, was, wrapped_key: this.ring.wrap(this.ring.unwrap(was, kek_id, place), place) };
    });
    return this.inUnit(realm, async () => {
      const [row] = await this.uow.query<{ done: number }>('SELECT data_keys_rewrap($1, $2) AS done', [
        activeId,
        JSON.stringify(items),
      ]);
      const done = row?.done ?? 0;
      if (done > 0) this.tell(realm, 'keys-wrapped', { keys: done, encryptionKey: activeId });
      return done;
    });
  }

  /**
   * Gives the tenant, and each of its subjects, a new data key and seals every row with it; `system`: what belongs to no tenant.
   * Answers how many rows. Error: RowsBroken.
   */
  async rotateData(realm: string, say: Say = () => undefined, freshMs = FRESH_MS): Promise<number> {
    await this.retire(realm, new Date(this.clock.now().getTime() - freshMs));
    this.keys.forget(realm);
    return this.reseal([realm], await this.retiredOf(realm), say);
  }

  /** Seals with data keys what only SECRET_KEY has sealed, from before there were any. Answers how many rows. */
  sealLegacy(say: Say = () => undefined): Promise<number> {
    return this.reseal(this.realms(), [], say);
  }

  /** Seals what no data key has sealed: plain values, and secrets of before. Answers how many rows. */
  sealData(say: Say = () => undefined): Promise<number> {
    return this.reseal(this.realms(), null, say);
  }

  /** The system, and every tenant. */
  async *realms(): AsyncGenerator<string> {
    yield SYSTEM_REALM;
    yield* this.tenants();
  }

  private async *tenants(): AsyncGenerator<string> {
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
    realms: Iterable<string> | AsyncIterable<string>,
    retired: readonly string[] | null,
    say: Say,
  ): Promise<number> {
    let total = 0;
    const broken: string[] = [];
    for await (const realm of realms) {
      const done = await this.resealer.reseal(realm, retired, (table, rows) =>
        say(`${realm} ${table}: ${rows} rows`),
      );
      await this.tellOf(realm, done);
      total += done.rows;
      broken.push(...done.broken.map((row) => `${row} of ${realm}`));
    }
    if (broken.length > 0) throw new RowsBroken(broken, total);
    return total;
  }

  private async retire(realm: string, before: Date): Promise<void> {
    const [table, mine] = tableOf(realm);
    await this.inUnit(realm, async () => {
      const keys = await this.uow.execute(
        `UPDATE ${table} SET retired_at = $3
         WHERE ${mine} AND created_at <= $2 AND retired_at IS NULL AND wrapped_key IS NOT NULL
           AND (scope = 'tenant' OR scope LIKE 'subject:%')`,
        [realm, before, this.clock.now()],
      );
      if (keys > 0) this.tell(realm, 'keys-retired', { keys });
    });
  }

  /** As they stand in a sealed text. */
  private async retiredOf(realm: string): Promise<string[]> {
    const [table, mine] = tableOf(realm);
    const rows = await this.inUnit(realm, () =>
      this.uow.query<{ id: string }>(
        `SELECT id FROM ${table} WHERE ${mine} AND retired_at IS NOT NULL AND wrapped_key IS NOT NULL`,
        [realm],
      ),
    );
    return rows.map(({ id }) => prefixOf(id).slice(SEALED_PREFIX.length, -1));
  }

  private async tellOf(realm: string, { rows, byTable, broken }: Resealed): Promise<void> {
    if (rows === 0 && broken.length === 0) return;
    await this.inUnit(realm, () => {
      this.tell(realm, 'rows-sealed', { rows, byTable, notOpened: broken.length });
      return Promise.resolve();
    });
  }

  /** In the trail of the business whose data it was; what belongs to none has no trail. */
  private tell(realm: string, what: string, facts: Readonly<Record<string, unknown>>): void {
    if (realm !== SYSTEM_REALM) this.trail.record({ action: `encryption.${what}`, facts });
  }

  private inUnit<T>(realm: string, work: () => Promise<T>): Promise<T> {
    if (realm === SYSTEM_REALM) return this.uow.runAsSystem(work);
    const actor = { kind: 'system', id: 'cli' } as const;
    return runInContext({ tenantId: realm, actor, traceId: newId() }, () => this.uow.run(work));
  }
}

/** Where a realm's keys are, and which of them are its. */
const tableOf = (realm: string): readonly [table: string, mine: string] =>
  realm === SYSTEM_REALM ? ['system_key', '$1::text IS NOT NULL'] : ['data_key', 'tenant_id = $1'];
