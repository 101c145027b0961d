import { InjectQueue } from '@nestjs/bull';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { SystemFunctions } from '#libs/persistence';
import { DeliverService } from './deliver.service.js';
import { DeliveryDoorbell } from './delivery-doorbell.js';

export const WEBHOOK_QUEUE = 'webhooks';

interface Due {
  readonly tenant_id: string;
  readonly id: string;
  readonly attempts: number;
}

const BATCH = 500;
/** A job whose hash Redis lost half of keeps its id from being queued again for this long at most. */
const JOB_ID_MS = 60_000;

/**
 * Brings due deliveries to the workers. What is due, and when, is in the database; a job in Redis is a hint that any worker may
 * follow, twice or not at all: the claim in the database decides. Workers only.
 */
@Injectable()
export class DeliveryScheduler implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryScheduler.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    @InjectQueue(WEBHOOK_QUEUE) private readonly queue: Queue<Due>,
    private readonly system: SystemFunctions,
    private readonly service: DeliverService,
    private readonly doorbell: DeliveryDoorbell,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // Without a listener a lost Redis connection would end the process.
    this.queue.on('error', () => undefined);
  }

  onApplicationBootstrap(): void {
    if (this.settings.process.role === 'api') return;
    const { concurrency, pollMs } = this.settings.webhooks;
    void this.queue
      .process(concurrency, (job: Job<Due>) => this.work(job.data))
      .catch((error: unknown) => this.logger.error({ err: error }, 'webhooks are not delivered any more'));
    this.doorbell.onRing(() => this.wake());
    this.timer = setInterval(() => this.wake(), pollMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
    await this.queue.close().catch(() => undefined);
  }

  private wake(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.queueDue().finally(() => {
      this.running = null;
      if (!this.again) return;
      this.again = false;
      this.wake();
    });
  }

  private async queueDue(): Promise<void> {
    const { endpointConcurrency, pauseAfterFailures } = this.settings.webhooks;
    const now = this.clock.now();
    try {
      const due = await this.system.call<Due>('webhook_due', [
        now,
        BATCH,
        endpointConcurrency,
        pauseAfterFailures,
      ]);
      const epoch = Math.floor(now.getTime() / JOB_ID_MS);
      if (due.length > 0)
        await this.queue.addBulk(
          due.map((data) => ({
            data,
            opts: {
              jobId: `${data.id}~${data.attempts}~${epoch}`,
              removeOnComplete: true,
              removeOnFail: true,
            },
          })),
        );
    } catch (error) {
      this.logger.warn({ err: error }, 'due webhooks could not be queued; they are looked for again');
    }
  }

  private async work({ tenant_id: tenantId, id }: Due): Promise<void> {
    await runInContext(
      { tenantId, traceId: newId(), actor: { kind: 'system', id: 'webhooks' } },
      async () => {
        try {
          // There may be more for the endpoint than it had room for.
          if (await this.service.deliver(id)) this.wake();
        } catch (error) {
          this.logger.warn({ err: error, tenantId, deliveryId: id }, 'a webhook could not be worked on');
        }
      },
    );
  }
}
