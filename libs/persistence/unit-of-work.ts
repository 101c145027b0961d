import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { type Actor, currentContext, currentTenant, isId } from '#libs/kernel';
import { APP_ROLE, SYSTEM_ROLE } from './roles.js';

interface Unit {
  readonly runner: QueryRunner;
  /** null in system work, which spans tenants. */
  readonly tenantId: string | null;
  /** Opened by a person or a key: the database stages the rows that it changes. */
  readonly audited: boolean;
  readonly locals: Map<symbol, unknown>;
  /** Statements that nobody waits for; the end of the unit does. */
  readonly posted: Promise<unknown>[];
  readonly beforeCommit: (() => Promise<void>)[];
  readonly afterCommit: (() => void)[];
}

/**
 * One database transaction for one tenant, found through AsyncLocalStorage by everything that runs inside it.
 *
 * It opens with a single send (begin, role, tenant): a multi-statement send cannot bind, so the tenant id is checked to
 * be a UUID before it is put into the text. Row level security does the rest. A unit inside a unit of the same
 * tenant joins it. No network call but the database's own may happen inside.
 *
 * The connection is pipelined: what is sent is answered in its order, and need not be waited for before more is sent. So
 * the opening leaves with the first statement, `write`s leave with what follows them, and independent reads may be
 * asked together. A statement behind one that failed fails too, and then the commit is a rollback.
 *
 * A unit of a person or of an API key tells the database so (`app.actor`): only then do the audit triggers stage what changes.
 */
@Injectable()
export class UnitOfWork {
  private readonly storage = new AsyncLocalStorage<Unit>();
  private closing: (() => Promise<void>) | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in the transaction of the context's tenant; commits when it returns, rolls back when it throws. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const tenantId = currentTenant();
    const active = this.storage.getStore();
    if (active) {
      if (active.tenantId !== tenantId) throw new Error('a unit of work cannot change its tenant');
      return work();
    }
    if (!isId(tenantId)) throw new TypeError('tenant id is not a UUID');
    const actor = auditedActor(currentContext().actor);
    const told = actor === null ? '' : `, set_config('app.actor', '${actor}', true)`;
    return this.transact(
      { tenantId, audited: actor !== null },
      `START TRANSACTION; SET LOCAL ROLE ${APP_ROLE}; SELECT set_config('app.tenant_id', '${tenantId}', true)${told}`,
      work,
    );
  }

  /**
   * Runs `work` as the system role, which sees only what a policy `TO frontdesk_system` or a granted function
   * shows: the outbox, the inbox, dead letters. For the relay, the sweepers and what precedes a tenant.
   */
  runAsSystem<T>(work: () => Promise<T>): Promise<T> {
    if (this.storage.getStore()) throw new Error('system work cannot start inside a unit of work');
    return this.transact(
      { tenantId: null, audited: false },
      `START TRANSACTION; SET LOCAL ROLE ${SYSTEM_ROLE}`,
      work,
    );
  }

  get active(): boolean {
    return this.storage.getStore() !== undefined;
  }

  /** Whether a person or an API key opened the current unit. */
  get audited(): boolean {
    return this.unit().audited;
  }

  /** What a library keeps for as long as the current unit lasts, made at the first call. */
  local<T>(key: symbol, make: () => T): T {
    const { locals } = this.unit();
    if (!locals.has(key)) locals.set(key, make());
    return locals.get(key) as T;
  }

  /**
   * Sets what every unit of a tenant does last, inside its transaction and after all `beforeCommit`. There is one: the audit
   * trail, which must see everything that was done.
   */
  closeWith(action: () => Promise<void>): void {
    if (this.closing) throw new Error('units of work are closed by somebody already');
    this.closing = action;
  }

  /** Parameterised SQL in the current transaction. */
  async query<R = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    const result: unknown = await this.unit().runner.query(sql, parameters, true);
    return (result as { records?: R[] }).records ?? [];
  }

  /** As `query`, for a statement whose number of touched rows is the answer. */
  async execute(sql: string, parameters: unknown[] = []): Promise<number> {
    const result: unknown = await this.unit().runner.query(sql, parameters, true);
    return (result as { affected?: number }).affected ?? 0;
  }

  /**
   * As `query`, for a statement of which only the effect matters: it is sent, in its place, and not waited for. Should it
   * fail, so does the unit, with its error.
   */
  write(sql: string, parameters: unknown[] = []): Promise<void> {
    this.post(this.unit(), sql, parameters);
    return Promise.resolve();
  }

  /** Runs `action` just before the commit, inside the transaction. */
  beforeCommit(action: () => Promise<void>): void {
    this.unit().beforeCommit.push(action);
  }

  /** Runs `action` once the commit is durable; not at all after a rollback. It must not throw. */
  afterCommit(action: () => void): void {
    this.unit().afterCommit.push(action);
  }


  private unit(): Unit {
    const unit = this.storage.getStore();
    if (!unit) throw new Error('no unit of work is open: wrap the call in UnitOfWork.run()');
    return unit;
  }

  private async transact<T>(
    owner: Pick<Unit, 'tenantId' | 'audited'>,
    opening: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    const unit: Unit = {
      ...owner,
      runner,
      locals: new Map(),
      posted: [],
      beforeCommit: [],
      afterCommit: [],
    };
    try {
      this.post(unit, opening);
      // TypeORM did not open this transaction itself; told so, its own commit and rollback work on it.
      Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
      const result = await this.storage.run(unit, async () => {
        const value = await work();
        for (const action of unit.beforeCommit) await action();
        if (unit.tenantId !== null) await this.closing?.();
        return value;
      });
      const commit = runner.commitTransaction();
      await Promise.allSettled([...unit.posted, commit]);
      // Of a transaction in which a statement failed, the commit is a rollback, and no error.
      await Promise.all(unit.posted);
      await commit;
      // Outside the unit's storage: what is woken here must not find a finished transaction.
      this.storage.exit(() => unit.afterCommit.forEach((action) => action()));
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      // What came after a failed statement only says that the transaction had failed before.
      await Promise.all(unit.posted);
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  private post(unit: Unit, sql: string, parameters?: unknown[]): void {
    const sent = unit.runner.query(sql, parameters, true);
    sent.catch(() => undefined);
    unit.posted.push(sent);
  }
}

/** `<kind>:<id>` of whom the audit trail names; null for our own jobs and the assistant. */
const auditedActor = (actor: Actor): string | null => {
  if (actor.kind !== 'user' && actor.kind !== 'api-key') return null;
  if (!isId(actor.id)) throw new TypeError(`the id of a ${actor.kind} is not a UUID`);
  return `${actor.kind}:${actor.id}`;
};
