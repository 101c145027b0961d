import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { Rounds } from '#libs/rounds';
import { nextLook } from '../../domain/monitoring.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { CoverageRepository } from '../../infrastructure/coverage.repository.js';
import { CheckRunner } from '../checks/check-runner.js';

const LOOK_MS = 1_000;
const BATCH = 20;

/**
 * Looks for insolvency notices, one counterparty after the other: the page of the courts is one for people, takes seconds, and may not
 * keep anything else waiting. While it is left alone, so are they. Workers only.
 */
@Injectable()
export class NoticeMonitor {
  private readonly logger = new Logger(NoticeMonitor.name);
  private readonly failed;
  private readonly rounds: Rounds;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
    private readonly counterparties: CounterpartyRepository,
    private readonly coverage: CoverageRepository,
    private readonly runner: CheckRunner,
    private readonly settings: Settings,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.rounds = new Rounds(settings, clock);
    this.failed = metrics.counter({
      name: 'frontdesk_kyb_notice_failures_total',
      help: 'Looks for insolvency notices that failed and are tried again',
    });
  }

  @Interval(LOOK_MS)
  look(): Promise<void> {
    return this.rounds.make(
      this.settings.kyb.dueCheckMs,
      async () => {
        await this.checkDue();
      },
      (error) => this.logger.warn({ err: error }, 'notices could not be looked for; it is tried again'),
    );
  }

  /** Looks for notices about everybody whose time has come, until the page has to be left alone. Answers how many. */
  async checkDue(): Promise<number> {
    let checked = 0;
    for (;;) {
      const due = await this.system.call<{ tenant_id: string; id: string }>('counterparties_due_notices', [
        this.clock.now(),
        BATCH,
      ]);
      let done = 0;
      for (const { tenant_id: tenantId, id } of due) {
        const came = await this.as(tenantId, () => this.checkOne(id));
        if (came === 'done') done += 1;
        if (came === 'left_alone') return checked + done;
      }
      checked += done;
      if (due.length < BATCH || done === 0) return checked;
    }
  }

  private async checkOne(id: string): Promise<'done' | 'taken' | 'left_alone'> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + this.settings.kyb.leaseMs);
    const claimed = await this.uow.run(() => this.counterparties.claimNotice(id, now, until));
    if (!claimed) return 'taken';
    const [ran] = await this.runner.run(id, ['insolvency'], { trigger: 'schedule' });
    const doneAt = this.clock.now();
    await this.uow.run(async () => {
      const covered = await this.coverage.of(id);
      const regular = nextLook('insolvency', { ...claimed, covered, screened: new Map() }, doneAt);
      const retry = ran?.retryAfterMs ? new Date(doneAt.getTime() + ran.retryAfterMs) : null;
      await this.counterparties.releaseNotice(id, until, retry ?? regular);
    });
    return ran?.check.reason === 'kyb.insolvency_circuit_open' ? 'left_alone' : 'done';
  }

  /** null: it failed, and is tried again when its lease is over. */
  private as<T>(tenantId: string, work: () => Promise<T>): Promise<T | null> {
    return runInContext({ tenantId, traceId: newId(), actor: { kind: 'system', id: 'kyb' } }, async () => {
      try {
        return await work();
      } catch (error) {
        this.failed.inc();
        this.logger.warn({ err: error, tenantId }, 'notices about a counterparty could not be looked for');
        return null;
      }
    });
  }
}
