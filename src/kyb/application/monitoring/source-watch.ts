import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { Rounds } from '#libs/rounds';
import { SourceRecovered, SourceStale } from '../../contracts/source.events.js';
import {
  type NoticeKind,
  type SourceOutage,
  SourceOutageRepository,
} from '../../infrastructure/source-outage.repository.js';
import { SourceDesk, type SourceState } from './source-desk.js';

const LOOK_MS = 1_000;
const BUSINESSES = 100;
/** A worker may still be warning of an outage that another has ended: so long is its end told to whom it warns. */
const SETTLE_MS = 600_000;

/**
 * Finds sources that have gone dark or come back: says it once to the log, and once to each business that monitors with the source.
 * Workers only; any number of them.
 */
@Injectable()
export class SourceWatch {
  private readonly logger = new Logger(SourceWatch.name);
  private readonly stale;
  private readonly rounds: Rounds;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sources: SourceDesk,
    private readonly outages: SourceOutageRepository,
    private readonly outbox: Outbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.rounds = new Rounds(settings, clock);
    this.stale = metrics.gauge({
      name: 'frontdesk_kyb_source_stale',
      help: 'Whether a list or register has gone dark (1) or not (0), by source; as the last look of a worker found it',
      labelNames: ['source'],
    });
  }

  @Interval(LOOK_MS)
  look(): Promise<void> {
    return this.rounds.make(
      this.settings.kyb.dueCheckMs,
      () => this.watch(),
      (error) => this.logger.warn({ err: error }, 'the sources could not be watched; it is tried again'),
    );
  }

  async watch(): Promise<void> {
    const states = (await this.sources.all()).filter(({ enabled }) => enabled);
    const known = await this.outages.unsettled();
    for (const state of states)
      await this.note(
        state,
        known.find(({ source, endedAt }) => source === state.source && endedAt === null),
      );
    for (const outage of await this.outages.unsettled()) await this.tell(outage);
  }

  /** A source that is switched off keeps its outage: it says nothing still. */
  private async note({ source, darkSince, lastSuccessAt }: SourceState, open?: SourceOutage): Promise<void> {
    const now = this.clock.now();
    this.stale.set({ source }, darkSince ? 1 : 0);
    if (darkSince && !open) {
      if (await this.outages.begin(source, { since: darkSince, lastSuccessAt, at: now }))
        this.logger.error(
          { source, since: darkSince, lastSuccessAt },
          'a source of counterparty checks has gone dark; what it said before goes on to count',
        );
    } else if (!darkSince && open && (await this.outages.end(open.id, now)))
      this.logger.log({ source, since: open.since }, 'a source of counterparty checks answers again');
  }

  private async tell(outage: SourceOutage): Promise<void> {
    const kind: NoticeKind = outage.endedAt ? 'recovered' : 'stale';
    let after: string | null = null;
    let failed = false;
    for (;;) {
      const tenants: string[] = await this.outages.untold(outage, kind, { limit: BUSINESSES, after });
      for (const tenantId of tenants) failed = !(await this.tellOne(tenantId, outage, kind)) || failed;
      after = tenants.at(-1) ?? null;
      if (tenants.length < BUSINESSES) break;
    }
    const now = this.clock.now();
    if (!failed && outage.endedAt && now.getTime() - outage.endedAt.getTime() >= SETTLE_MS)
      await this.outages.settle(outage.id, now);
  }

  /** False when it has to be tried again; that keeps nobody else from knowing. */
  private tellOne(tenantId: string, outage: SourceOutage, kind: NoticeKind): Promise<boolean> {
    return runInContext({ tenantId, traceId: newId(), actor: { kind: 'system', id: 'kyb' } }, async () => {
      try {
        await this.uow.run(async () => {
          const { id, source, since, lastSuccessAt, endedAt } = outage;
          if (!(await this.outages.tell(id, kind, this.clock.now()))) return;
          const about = { outageId: id, source, since: since.toISOString() };
          await this.outbox.append(
            endedAt
              ? SourceRecovered.make(id, { ...about, recoveredAt: endedAt.toISOString() })
              : SourceStale.make(id, { ...about, lastSuccessAt: lastSuccessAt?.toISOString() ?? null }),
          );
        });
        return true;
      } catch (error) {
        this.logger.warn(
          { err: error, tenantId, source: outage.source },
          'a business could not be told of a source',
        );
        return false;
      }
    });
  }
}
