import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import type { ListName } from '../../domain/sources.js';
import { listsOf } from './list-sources.js';

interface Health {
  readonly alarm: boolean;
  readonly succeededAt: Date | null;
}

/**
 * Fetches as this process made them; alarm and age as the database has them when they are asked for, the same of every process. A list that
 * is switched off has neither.
 */
@Injectable()
export class ListMetrics {
  private readonly fetches;
  private readonly seconds;

  constructor(
    metrics: Metrics,
    private readonly uow: UnitOfWork,
    private readonly settings: Settings,
    clock: Clock,
  ) {
    this.fetches = metrics.counter({
      name: 'frontdesk_kyb_list_fetches_total',
      help: 'Fetches of sanctions lists, by list and outcome',
      labelNames: ['list', 'outcome'],
    });
    this.seconds = metrics.histogram({
      name: 'frontdesk_kyb_list_refresh_seconds',
      help: 'How long a refresh of a sanctions list took, by list',
      labelNames: ['list'],
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 300],
    });
    const health = () => this.health();
    metrics.gauge({
      name: 'frontdesk_kyb_list_alarm',
      help: 'Whether the last fetch of a sanctions list failed or was refused (1), by list',
      labelNames: ['list'],
      async collect() {
        this.reset();
        for (const [list, { alarm }] of await health()) this.set({ list }, alarm ? 1 : 0);
      },
    });
    metrics.gauge({
      name: 'frontdesk_kyb_list_age_seconds',
      help: 'Time since the sanctions list in use was last fetched or found unchanged, by list; +Inf when it was never loaded',
      labelNames: ['list'],
      async collect() {
        this.reset();
        const now = clock.now().getTime();
        for (const [list, { succeededAt }] of await health())
          this.set({ list }, succeededAt ? (now - succeededAt.getTime()) / 1_000 : Infinity);
      },
    });
  }

  countFetch(list: ListName, outcome: string): void {
    this.fetches.inc({ list, outcome });
  }

  /** Answers what ends the measurement. */
  startRefresh(list: ListName): () => void {
    return this.seconds.startTimer({ list });
  }

  private async health(): Promise<Map<ListName, Health>> {
    // While the database is away the other figures are wanted most.
    const known = await this.uow
      .runAsSystem(() =>
        this.uow.query<Health & { list: ListName }>(
          'SELECT list, alarm IS NOT NULL AS alarm, succeeded_at AS "succeededAt" FROM kyb_list',
        ),
      )
      .catch(() => null);
    if (!known) return new Map();
    const never = { alarm: false, succeededAt: null };
    return new Map(
      listsOf(this.settings).map((list) => [list, known.find((each) => each.list === list) ?? never]),
    );
  }
}
