import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { GetTenantQuery } from '#contracts/tenancy';
import { Settings } from '#libs/config';
import { Clock, DomainError, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { Metrics } from '#libs/observability';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { type DataClass, mergeSubjects, PersonalDataStores, type RegisteredStore } from '#libs/privacy';
import { Rounds } from '#libs/rounds';
import {
  assertRetention,
  type RetentionDays,
  type RetentionRule,
  rulesFor,
} from '../../domain/retention-policy.js';
import { HoldRepository } from '../../infrastructure/hold.repository.js';
import { RequestStore } from '../../infrastructure/privacy.stores.js';
import { RetentionRunRepository, type RetentionRun } from '../../infrastructure/retention-run.repository.js';

const DAY_MS = 86_400_000;
const LEASE_MS = 300_000;
const TENANTS = 100;
const EVERY_MS = 1_000;

export interface Preview {
  readonly dataClass: string;
  readonly store: string;
  readonly days: number;
  readonly records: number;
}

/**
 * The daily run of each business: class by class, store by store, in bounded transactions. Each notes what it pruned in the
 * transaction that pruned it, asks for holds while none can be placed, and passes over rows that somebody works on.
 */
@Injectable()
export class RetentionRunner {
  private readonly logger = new Logger(RetentionRunner.name);
  private readonly pruned;
  private readonly rounds: Rounds;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
    private readonly dispatcher: Dispatcher,
    private readonly stores: PersonalDataStores,
    private readonly holds: HoldRepository,
    private readonly exports: RequestStore,
    private readonly runs: RetentionRunRepository,
    private readonly settings: Settings,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.rounds = new Rounds(settings, clock);
    this.pruned = metrics.counter({
      name: 'frontdesk_retention_records_total',
      help: 'Records pruned because their time was over, by class of data',
      labelNames: ['class'],
    });
  }

  @Interval(EVERY_MS)
  look(): Promise<void> {
    return this.rounds.make(
      this.settings.privacy.retentionCheckMs,
      () => this.runDue(),
      (error) => this.logger.warn({ err: error }, 'retention could not run; it comes again'),
    );
  }

  /** Runs every business whose run of today is not done, and is not another worker's. */
  async runDue(): Promise<void> {
    const due = await this.system.call<{ tenant_id: string }>('retention_due', [this.clock.now(), TENANTS]);
    for (const { tenant_id: tenantId } of due)
      await runInContext(
        { tenantId, actor: { kind: 'system', id: 'privacy.retention' }, traceId: newId() },
        () => this.run(),
      );
  }

  /** The run of today for the tenant of the context: goes on where one broke off, does nothing when it is done. */
  async run(): Promise<void> {
    const startedAt = this.clock.now();
    const run = await this.uow.run(() => this.runs.claim(startedAt, LEASE_MS));
    if (!run) return;
    for (const rule of await this.rules()) {
      if (rule.days === null) continue;
      for (const store of this.stores.ofClass(rule.dataClass as DataClass))
        while (await this.uow.run(() => this.batch(run, rule, store)));
    }
    const limit = this.settings.privacy.batch;
    while ((await this.uow.run(() => this.exports.pruneExpired({ now: startedAt, limit }))) === limit);
    await this.uow.run(() => this.runs.finish(run.id, this.clock.now()));
  }

  /** What a run would prune now. Changes nothing. */
  preview(): Promise<Preview[]> {
    return this.uow.run(async () => {
      const counts: Preview[] = [];
      for (const rule of await this.rules()) {
        const { dataClass, days } = rule;
        if (days === null) continue;
        for (const { name, store } of this.stores.ofClass(dataClass as DataClass))
          counts.push({
            dataClass,
            store: name,
            days,
            records: await store.prune({ ...(await this.order(dataClass as DataClass, days)), dryRun: true }),
          });
      }
      return counts;
    });
  }

  /** Each class as it counts for the business. */
  rules(): Promise<RetentionRule[]> {
    return this.uow.run(async () => {
      const { country } = await this.dispatcher.ask(new GetTenantQuery());
      return rulesFor((await this.holds.gate('delete')).retention, country);
    });
  }

  /** As `rules`, with the version to write with. */
  settingsNow(): Promise<{ rules: RetentionRule[]; version: number }> {
    return this.uow.run(async () => ({
      rules: await this.rules(),
      version: (await this.holds.gate('delete')).version,
    }));
  }

  /** Errors: `privacy.retention_invalid` (422), `privacy.retention_changed` (412). */
  set(
    days: RetentionDays,
    expectedVersion: number | undefined,
  ): Promise<{ rules: RetentionRule[]; version: number }> {
    return this.uow.run(async () => {
      const { country } = await this.dispatcher.ask(new GetTenantQuery());
      assertRetention(days, country);
      const { retention, version } = await this.holds.gate('hold');
      if (expectedVersion !== undefined && expectedVersion !== version)
        throw new DomainError(
          'stale',
          'privacy.retention_changed',
          'Somebody has changed retention since you read it. Read it again.',
          { facts: { version } },
        );
      await this.holds.setRetention({ ...retention, ...days });
      return { rules: rulesFor({ ...retention, ...days }, country), version: version + 1 };
    });
  }

  list(page: { limit: number; startingAfter?: string }): Promise<RetentionRun[]> {
    return this.uow.run(() => this.runs.list(page));
  }

  private async batch(
    run: { id: string },
    { dataClass, days }: RetentionRule,
    { name, store }: RegisteredStore,
  ) {
    if (days === null) return false;
    await this.holds.gate('delete');
    const now = this.clock.now();
    if (!(await this.runs.extend(run.id, new Date(now.getTime() + LEASE_MS)))) return false;
    if (await this.runs.isDone(run.id, dataClass, name)) return false;
    const order = await this.order(dataClass as DataClass, days);
    const records = await store.prune(order);
    const more = records === order.limit;
    const oldest = more ? null : await store.oldest(dataClass as DataClass);
    await this.runs.note(run.id, {
      dataClass,
      store: name,
      days,
      records,
      oldest,
      doneAt: more ? null : now,
    });
    this.uow.afterCommit(() => this.pruned.inc({ class: dataClass }, records));
    return more;
  }

  /** Whoever is held is looked up again each time: they may have written since. */
  private async order(dataClass: DataClass, days: number) {
    const now = this.clock.now();
    const held = mergeSubjects(...(await this.holds.held(dataClass, now)));
    return {
      dataClass,
      before: new Date(now.getTime() - days * DAY_MS),
      now,
      limit: this.settings.privacy.batch,
      held: await this.stores.locate(held),
      dryRun: false,
    };
  }
}
