import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { Rounds } from '#libs/rounds';
import type { CheckTrigger } from '../../domain/evidence.js';
import { type Looks, nextLook, sourcesDue, sourcesOf } from '../../domain/monitoring.js';
import { type Counterparty, CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { CoverageRepository } from '../../infrastructure/coverage.repository.js';
import { AlertExpiry } from '../alerts/alert-expiry.js';
import { CheckRunner } from '../checks/check-runner.js';
import { Rescreener } from './rescreener.js';

const LOOK_MS = 1_000;
const DUE = 50;
const AT_ONCE = 4;
const BUSINESSES = 500;
const DISTANT = new Date(8.64e15);

/** Brings due counterparties to their checks, and businesses to what is new in the lists. Workers only; any number of them. */
@Injectable()
export class Monitor {
  private readonly logger = new Logger(Monitor.name);
  private readonly failed;
  private readonly rounds: Rounds;
  private lookedAt = { due: 0, lists: 0 };

  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
    private readonly counterparties: CounterpartyRepository,
    private readonly coverage: CoverageRepository,
    private readonly runner: CheckRunner,
    private readonly rescreener: Rescreener,
    private readonly expiry: AlertExpiry,
    private readonly settings: Settings,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.rounds = new Rounds(settings, clock);
    this.failed = metrics.counter({
      name: 'frontdesk_kyb_monitoring_failures_total',
      help: 'Checks, re-screenings and expiries that failed and are tried again, by kind',
      labelNames: ['kind'],
    });
  }

  @Interval(LOOK_MS)
  look(): Promise<void> {
    return this.rounds.make(
      0,
      () => this.lookAfterAll(),
      (error) =>
        this.logger.warn({ err: error }, 'counterparties could not be looked after; it is tried again'),
    );
  }

  /** One after the other: both load the database. Thousands that are due keep the lists waiting no longer than until their next time. */
  private async lookAfterAll(): Promise<void> {
    const { dueCheckMs, listPollMs } = this.settings.kyb;
    const now = () => this.clock.now().getTime();
    for (let left = true; left;) {
      left = false;
      const begun = now();
      if (begun - this.lookedAt.due >= dueCheckMs) {
        ({ left } = await this.checkDue(begun + listPollMs));
        if (!left) this.lookedAt.due = begun;
      }
      if (now() - this.lookedAt.lists >= listPollMs) {
        this.lookedAt.lists = now();
        await this.rescreen();
      }
    }
  }

  /** Checks the counterparties whose time has come, and are not another worker's; `left`: some were when the time was over. */
  async checkDue(until = Infinity): Promise<{ checked: number; left: boolean }> {
    let checked = 0;
    for (;;) {
      const due = await this.system.call<{ tenant_id: string; id: string }>('counterparties_due', [
        this.clock.now(),
        DUE,
      ]);
      let done = 0;
      for (let at = 0; at < due.length; at += AT_ONCE) {
        if (this.clock.now().getTime() >= until) return { checked: checked + done, left: true };
        const results = await Promise.all(
          due
            .slice(at, at + AT_ONCE)
            .map(({ tenant_id: tenantId, id }) => this.as(tenantId, 'check', () => this.checkOne(id))),
        );
        done += results.filter((result) => result === true).length;
      }
      checked += done;
      if (due.length < DUE || done === 0) return { checked, left: false };
    }
  }

  /** Every business with counterparties, through all that is due of re-screening, and dispositions whose time is over. */
  async rescreen(): Promise<void> {
    let after: string | null = null;
    for (;;) {
      const found: { tenant_id: string }[] = await this.system.call('kyb_businesses', [after, BUSINESSES]);
      for (const { tenant_id: tenantId } of found) {
        await this.as(tenantId, 'rescreen', () => this.rescreener.run());
        const done = await this.as(tenantId, 'expire', () => this.expiry.run());
        if (done?.failed) this.failed.inc({ kind: 'expire' }, done.failed);
      }
      after = found.at(-1)?.tenant_id ?? null;
      if (found.length < BUSINESSES) return;
    }
  }

  /** False when it is another worker's. */
  private async checkOne(id: string): Promise<boolean> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + this.settings.kyb.leaseMs);
    const taken = await this.uow.run(async () => {
      const counterparty = await this.counterparties.claim(id, now, until);
      return counterparty && { counterparty, looks: await this.looksAt(counterparty) };
    });
    if (!taken) return false;
    const { counterparty, looks } = taken;
    const ran = await this.runner.run(id, sourcesDue(looks, now), { trigger: triggerOf(looks, now) });
    const doneAt = this.clock.now();
    await this.uow.run(async () => {
      const after = await this.looksAt(counterparty);
      const times = [
        ...sourcesOf(after).map((source) => nextLook(source, after, doneAt)),
        ...ran.map(({ retryAfterMs }) => retryAfterMs && new Date(doneAt.getTime() + retryAfterMs)),
      ].flatMap((time) => (time ? [time.getTime()] : []));
      const next = times.length > 0 ? new Date(Math.min(...times)) : null;
      await this.counterparties.release(id, counterparty, next);
    });
    return true;
  }

  private async looksAt({ id, kind, country, schedule, everyDays }: Counterparty): Promise<Looks> {
    const screened = await this.coverage.screened();
    return {
      kind,
      country,
      schedule,
      everyDays,
      covered: await this.coverage.of(id),
      screened: new Map([...screened].map(([list, { number }]) => [list, number])),
    };
  }

  private as<T>(
    tenantId: string,
    kind: 'check' | 'rescreen' | 'expire',
    work: () => Promise<T>,
  ): Promise<T | null> {
    return runInContext({ tenantId, traceId: newId(), actor: { kind: 'system', id: 'kyb' } }, async () => {
      try {
        return await work();
      } catch (error) {
        this.failed.inc({ kind });
        this.logger.warn({ err: error, tenantId, kind }, 'a counterparty could not be looked after');
        return null;
      }
    });
  }
}

/** Why a counterparty is due. */
const triggerOf = (looks: Looks, now: Date): CheckTrigger =>
  looks.covered.length === 0
    ? 'created'
    : looks.covered.some(({ reason }) => reason === 'kyb.counterparty_changed')
      ? 'changed'
      : sourcesOf(looks).some((source) => (nextLook(source, looks, now) ?? DISTANT) <= now)
        ? 'schedule'
        : 'retry';
