import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import type { Job } from 'bull';
import { Settings } from '#libs/config';
import { isDependencyDown } from '#libs/http';
import { ProviderError, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { DeadLetters } from './dead-letters.js';
import type { DeliveryJob } from './delivery-job.js';
import { Defer, type Delivery, type QueueName, Undeliverable } from './event-handler.js';
import { HandlerRegistry, type RegisteredHandler } from './handler-registry.js';
import { MessagingMetrics } from './messaging-metrics.js';
import { DELIVER, DeliveryQueues } from './queues.js';

/** Mean pause before a delivery that met an engine that is away is tried again. */
const AWAY_MS = 1_000;

/** Takes jobs from Bull and gives each to its handler: context, inbox, retries, dead letters. Runs in workers only. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobRunner.name);

  constructor(
    private readonly queues: DeliveryQueues,
    private readonly registry: HandlerRegistry,
    private readonly uow: UnitOfWork,
    private readonly deadLetters: DeadLetters,
    private readonly settings: Settings,
    private readonly metrics: MessagingMetrics,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.process.role === 'api') return;
    const { inboundConcurrency, turnConcurrency, sendConcurrency, eventConcurrency } =
      this.settings.messaging;
    const concurrency: Record<QueueName, number> = {
      inbound: inboundConcurrency,
      turns: turnConcurrency,
      sends: sendConcurrency,
      events: eventConcurrency,
    };
    for (const [name, queue] of this.queues.all())
      // The promise ends when the queue closes.
      void queue
        .process(DELIVER, concurrency[name], (job: Job<DeliveryJob>) => this.run(job))
        .catch((error: unknown) =>
          this.logger.error({ err: error }, `queue ${name} is not worked on any more`),
        );
  }

  /** Lets running jobs finish before the database goes. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.queues.all().map(([, queue]) => queue.close().catch(() => undefined)));
  }

  private async run(job: Job<DeliveryJob>): Promise<void> {
    const handler = this.registry.find(job.data.handler);
    if (!handler) throw new Error(`no handler is named ${job.data.handler} in this release`);
    const stop = this.metrics.startDelivery(handler.options.name);
    const { tenantId, traceId } = job.data;
    await runInContext(
      { tenantId, traceId, actor: { kind: 'system', id: handler.options.name } },
      async () => {
        try {
          await this.deliver(job, handler);
          stop('done');
        } catch (error) {
          stop(await this.afterFailure(job, handler, error as Error));
        }
      },
    );
  }

  private async deliver(job: Job<DeliveryJob>, handler: RegisteredHandler): Promise<void> {
    const { event } = job.data;
    const attempt = triesOf(job);
    const delivery: Delivery = {
      attempt,
      lastAttempt: attempt >= handler.options.attempts,
      settle: () => this.settle(job.data),
    };
    if (!handler.options.transactional) return handler.instance.handle(event, delivery);
    await this.uow.run(async () => {
      if (await delivery.settle()) await handler.instance.handle(event, delivery);
    });
  }

  private async settle({ tenantId, event, handler }: DeliveryJob): Promise<boolean> {
    const inserted = await this.uow.query(
      `INSERT INTO inbox_entry (tenant_id, event_id, handler) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1`,
      [tenantId, event.id, handler],
    );
    return inserted.length > 0;
  }

  /** Answers the outcome; throws on when Bull is to retry. */
  private async afterFailure(
    job: Job<DeliveryJob>,
    handler: RegisteredHandler,
    error: Error,
  ): Promise<string> {
    if (error instanceof Defer) {
      const later = { ...job.data, defers: (job.data.defers ?? 0) + 1, tried: triesOf(job) - 1 };
      await this.queues.addLater(later, handler, error.delayMs);
      return 'deferred';
    }
    const attempts = triesOf(job);
    const { threadId } = job.data.event.payload;
    const details = {
      ...(typeof threadId === 'string' ? { threadId } : {}),
      handler: handler.options.name,
      eventId: job.data.event.id,
      attempts,
      err: error,
    };
    if (isAway(error)) {
      // Not the delivery's fault: it uses up no try, and does not wait longer the longer the outage lasts.
      this.logger.warn(details, 'the database or Redis is away; the delivery waits for it');
      const later = { ...job.data, defers: (job.data.defers ?? 0) + 1, tried: attempts - 1 };
      await this.queues.addLater(later, handler, Math.round(AWAY_MS * (0.5 + Math.random())));
      return 'deferred';
    }
    if (!(error instanceof Undeliverable) && attempts < handler.options.attempts) {
      this.metrics.countRetry(handler.options.name);
      this.logger.warn(details, 'delivery failed; it will be tried again');
      throw error;
    }
    this.logger.error(details, 'delivery given up: see the dead letters');
    await this.deadLetters.bury(job.data, error, attempts);
    return 'dead';
  }
}

const isAway = (error: Error): boolean =>
  !(error instanceof Undeliverable || error instanceof ProviderError) && isDependencyDown(error);

/** This one included. */
const triesOf = (job: Job<DeliveryJob>): number => (job.data.tried ?? 0) + job.attemptsMade + 1;
