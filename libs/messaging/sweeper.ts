import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { Settings } from '#libs/config';
import { SystemFunctions } from '#libs/persistence';
import type { OutboxRow } from './delivery-job.js';
import { HandlerRegistry } from './handler-registry.js';
import { DeliveryQueues } from './queues.js';

const BATCH = 500;
const KEEP_SETTLED = '14 days';

/**
 * Makes Redis disposable: whatever was published and has neither an inbox row nor a dead letter after a while is
 * queued again. Also marks events settled once every handler is done, and forgets old ones.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Sweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;

  constructor(
    private readonly system: SystemFunctions,
    private readonly registry: HandlerRegistry,
    private readonly queues: DeliveryQueues,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.process.role === 'api') return;
    this.timer = setInterval(() => {
      this.running ??= this.sweep().finally(() => {
        this.running = null;
      });
    }, this.settings.messaging.sweepEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      await this.untilDry('outbox_settle', [BATCH]);
      await this.requeue();
      await this.untilDry('outbox_prune', [KEEP_SETTLED, BATCH]);
    } catch (error) {
      this.logger.warn(
        { err: error },
        'the sweeper could not reach the database or Redis; it tries again later',
      );
    }
  }

  private async untilDry(name: 'outbox_settle' | 'outbox_prune', args: unknown[]): Promise<void> {
    for (let moved = BATCH; moved === BATCH;) {
      const [row] = await this.system.call<Record<string, number>>(name, args);
      moved = row?.[name] ?? 0;
    }
  }

  private async requeue(): Promise<void> {
    const age = `${this.settings.messaging.sweepAfterMs} milliseconds`;
    const rows = await this.system.call<OutboxRow & { missing: string[] }>('outbox_overdue', [BATCH, age]);
    const deliveries = rows.flatMap((row) =>
      row.missing.flatMap((name) => {
        const handler = this.registry.find(name);
        return handler ? [{ row, handler }] : [];
      }),
    );
    if (deliveries.length === 0) return;
    await this.queues.addAgain(deliveries);
    this.logger.log({ count: deliveries.length }, 'queued overdue deliveries again');
  }
}
