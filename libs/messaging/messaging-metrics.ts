import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/observability';
import { SystemFunctions } from '#libs/persistence';
import { DeliveryQueues } from './queues.js';

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
        for (const [name, queue] of queues.all()) {
          const { waiting, active, delayed } = await queue.getJobCounts();
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
        const [lag] = await system.call<{
          unpublished: number;
          oldest_seconds: number;
          dead_letters: number;
        }>('outbox_lag');
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
