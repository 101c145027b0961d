import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { Settings } from '#libs/config';
import { SystemFunctions } from '#libs/persistence';
import type { OutboxRow } from './delivery-job.js';
import { HandlerRegistry, type RegisteredHandler } from './handler-registry.js';
import { DeliveryQueues } from './queues.js';
import { RelayDoorbell } from './relay-doorbell.js';
import { RelaySignal } from './relay-signal.js';

/**
 * Carries events from the outbox to Bull: claim a batch (SKIP LOCKED, with a lease), add one job per (event, handler),
 * mark published. A crash between the steps repeats them, and the job id makes the repetition harmless.
 *
 * Workers relay. A process that only answers HTTP rings their doorbell instead: what it is waited for is its answer.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private wokenAgain = false;
  private stopped = false;

  constructor(
    private readonly system: SystemFunctions,
    private readonly registry: HandlerRegistry,
    private readonly queues: DeliveryQueues,
    private readonly settings: Settings,
    private readonly signal: RelaySignal,
    private readonly doorbell: RelayDoorbell,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.process.role === 'api') {
      this.signal.onWake(() => this.doorbell.ring());
      return;
    }
    this.signal.onWake(() => this.wake());
    this.doorbell.onRing(() => this.wake());
    this.timer = setInterval(() => this.wake(), this.settings.messaging.relayPollMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Starts a drain, or has the running one look once more. */
  wake(): void {
    if (this.stopped) return;
    if (this.running) {
      this.wokenAgain = true;
      return;
    }
    this.running = this.drain().finally(() => {
      this.running = null;
      if (this.wokenAgain) this.wake();
    });
  }

  private async drain(): Promise<void> {
    this.wokenAgain = false;
    try {
      while (!this.stopped && (await this.relayBatch()) === this.settings.messaging.relayBatch);
    } catch (error) {
      this.logger.warn({ err: error }, 'the relay could not reach the database or Redis; it polls on');
    }
  }

  private async relayBatch(): Promise<number> {
    const rows = await this.system.call<OutboxRow>('outbox_claim', [
      this.settings.messaging.relayBatch,
      `${this.settings.messaging.relayLeaseMs} milliseconds`,
    ]);
    if (rows.length === 0) return 0;
    const routed = await this.route(rows);
    await this.queues.add(
      routed.flatMap(({ row, handlers }) => handlers.map((handler) => ({ row, handler }))),
    );
    const published = routed.map(({ row, handlers }) => ({
      tenant_id: row.tenant_id,
      id: row.id,
      handlers: handlers.map((handler) => handler.options.name),
    }));
    await this.system.call('outbox_mark_published', [JSON.stringify(published)]);
    return rows.length;
  }

  private async route(
    rows: readonly OutboxRow[],
  ): Promise<{ row: OutboxRow; handlers: readonly RegisteredHandler[] }[]> {
    const choosy = new Map<RegisteredHandler, OutboxRow[]>();
    for (const row of rows)
      for (const handler of this.registry.handlersOf(row.type))
        if (handler.instance.wanted) choosy.set(handler, [...(choosy.get(handler) ?? []), row]);
    const wanted = new Map<RegisteredHandler, ReadonlySet<string>>();
    for (const [handler, asked] of choosy)
      wanted.set(handler, (await handler.instance.wanted?.(asked)) ?? new Set());
    return rows.map((row) => ({
      row,
      handlers: this.registry
        .handlersOf(row.type)
        .filter((handler) => wanted.get(handler)?.has(row.id) ?? true),
    }));
  }
}
