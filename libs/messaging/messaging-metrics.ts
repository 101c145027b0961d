import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/observability';
import { SystemFunctions } from '#libs/persistence';
import { DeliveryQueues } from './queues.js';

interface Lag {
  readonly unpublished: number;
  readonly oldest_seconds: number;
  readonly dead_letters: number;
}

const PATIENCE_MS = 1_000;

/** Null when it cannot be had: while an engine is away the other figures are wanted most. */
const unlessAway = async <T>(figure: Promise<T>): Promise<T | null> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  return Promise.race([figure.catch(() => null), late]).finally(() => clearTimeout(timer));
};

/** Rates, durations and depths of deliveries. */
@Injectable()
export class MessagingMetrics {
  private readonly durations;
  private readonly retries;

  constructor(metrics: Metrics, queues: DeliveryQueues, system: SystemFunctions) {
    this.durations = metrics.histogram({
      name: 'frontdesk_delivery_duration_seconds',
      help: 'Time a handler took for one delivery, by outcome',
      labelNames: ['handler', 'outcome'],
    });
    this.retries = metrics.counter({
      name: 'frontdesk_delivery_retries_total',
      help: 'Deliveries that failed and were scheduled again',
      labelNames: ['handler'],
    });
    metrics.gauge({
      name: 'frontdesk_queue_jobs',
      help: 'Jobs in Bull, by queue and state',
      labelNames: ['queue', 'state'],
      async collect() {
        this.reset();
        for (const [name, queue] of queues.all()) {
          const counts = await unlessAway(queue.getJobCounts());
          if (!counts) return;
          const { waiting, active, delayed } = counts;
          this.set({ queue: name, state: 'waiting' }, waiting);
          this.set({ queue: name, state: 'active' }, active);
          this.set({ queue: name, state: 'delayed' }, delayed);
        }
      },
    });
    metrics.gauge({
      name: 'frontdesk_outbox',
      help: 'Unpublished events, age in seconds of the oldest, open dead letters',
      labelNames: ['what'],
      async collect() {
        this.reset();
        const lags = await unlessAway(system.call<Lag>('outbox_lag'));
        if (!lags) return;
        const [lag] = lags;
        this.set({ what: 'unpublished' }, lag?.unpublished ?? 0);
        this.set({ what: 'oldest_seconds' }, lag?.oldest_seconds ?? 0);
        this.set({ what: 'dead_letters' }, lag?.dead_letters ?? 0);
      },
    });
  }

  startDelivery(handler: string): (outcome: string) => void {
    const stop = this.durations.startTimer({ handler });
    return (outcome) => void stop({ outcome });
  }

  countRetry(handler: string): void {
    this.retries.inc({ handler });
  }
}
