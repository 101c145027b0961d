import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SystemFunctions } from '#libs/persistence';
import { IDEMPOTENCY_HOURS } from './idempotency-records.js';

const EVERY_MS = 600_000;
const BATCH = 5_000;

/** Forgets the idempotency keys that are over their time. */
@Injectable()
export class IdempotencyPruner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(IdempotencyPruner.name);
  private timer?: NodeJS.Timeout;

  constructor(private readonly system: SystemFunctions) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.prune().catch((error: unknown) => this.logger.warn({ err: error }));
    }, EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Answers how many it forgot; at most 5,000 at once. */
  async prune(): Promise<number> {
    const [row] = await this.system.call<{ idempotency_prune: number }>('idempotency_prune', [
      `${IDEMPOTENCY_HOURS} hours`,
      BATCH,
    ]);
    return row?.idempotency_prune ?? 0;
  }
}
