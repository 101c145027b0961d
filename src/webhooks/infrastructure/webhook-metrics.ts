import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { SystemFunctions } from '#libs/persistence';

interface Stats {
  readonly pending: number;
  readonly due: number;
  readonly disabled: number;
}

/** Outcomes and durations of deliveries, how many wait, how many endpoints are disabled. */
@Injectable()
export class WebhookMetrics {
  private readonly deliveries;
  private readonly disabled;

  constructor(metrics: Metrics, system: SystemFunctions, clock: Clock) {
    this.deliveries = metrics.histogram({
      name: 'frontdesk_webhook_delivery_duration_seconds',
      help: 'Tries of webhook deliveries, by outcome',
      labelNames: ['outcome'],
    });
    this.disabled = metrics.counter({
      name: 'frontdesk_webhook_endpoints_disabled_total',
      help: 'Endpoints disabled by us, by reason',
      labelNames: ['reason'],
    });
    metrics.gauge({
      name: 'frontdesk_webhooks',
      help: 'Deliveries that wait, those of them that are due, disabled endpoints',
      labelNames: ['what'],
      async collect() {
        this.reset();
        // While the database is away the other figures are wanted most.
        const [stats] = await system.call<Stats>('webhook_stats', [clock.now()]).catch(() => []);
        if (!stats) return;
        this.set({ what: 'pending' }, stats.pending);
        this.set({ what: 'due' }, stats.due);
        this.set({ what: 'disabled_endpoints' }, stats.disabled);
      },
    });
  }

  countTry(outcome: string, durationMs: number): void {
    this.deliveries.observe({ outcome }, durationMs / 1_000);
  }

  countDisabled(reason: string): void {
    this.disabled.inc({ reason });
  }
}
