import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { Rounds } from '#libs/rounds';
import { CaseKeeper } from './case-keeper.js';

const LOOK_MS = 1_000;
const BATCH = 100;

/** Finds the cases of all businesses whose time is over. Workers only; any number of them. */
@Injectable()
export class OverdueSweeper {
  private readonly logger = new Logger(OverdueSweeper.name);
  private readonly overdue;
  private readonly rounds: Rounds;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
    private readonly keeper: CaseKeeper,
    private readonly settings: Settings,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.rounds = new Rounds(settings, clock);
    this.overdue = metrics.counter({
      name: 'frontdesk_kyb_cases_overdue_total',
      help: 'Cases that were not decided in time',
    });
  }

  @Interval(LOOK_MS)
  look(): Promise<void> {
    return this.rounds.make(
      this.settings.kyb.dueCheckMs,
      () => this.sweep(),
      (error) => this.logger.warn({ err: error }, 'overdue cases could not be looked for; it is tried again'),
    );
  }

  /** Marks and tells every case whose time is over, once. Answers how many. */
  async sweep(): Promise<number> {
    const now = this.clock.now();
    let marked = 0;
    let after: string | null = null;
    for (;;) {
      const due: { tenant_id: string; id: string }[] = await this.system.call('kyb_cases_overdue', [
        now,
        after,
        BATCH,
      ]);
      for (const { tenant_id: tenantId, id } of due) if (await this.mark(tenantId, id, now)) marked += 1;
      after = due.at(-1)?.id ?? null;
      if (due.length < BATCH) return marked;
    }
  }

  /** One that fails keeps none of the others back. */
  private mark(tenantId: string, id: string, at: Date): Promise<boolean> {
    return runInContext({ tenantId, traceId: newId(), actor: { kind: 'system', id: 'kyb' } }, async () => {
      try {
        const marked = await this.uow.run(() => this.keeper.markOverdue(id, at));
        if (marked) this.overdue.inc();
        return marked;
      } catch (error) {
        this.logger.warn({ err: error, tenantId, caseId: id }, 'a case could not be marked overdue');
        return false;
      }
    });
  }
}
