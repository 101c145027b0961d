import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { inTime } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { REDIS } from '#libs/redis';
import { decide, type Decision, type Quota } from './gcra.js';

type StorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * The quotas of all processes, in Redis. A Redis that fails or is slow lets requests pass: it is disposable here, and a product that
 * stops with it would be worse. That is counted and logged.
 */
@Injectable()
export class GcraStorage implements ThrottlerStorage {
  private readonly logger = new Logger(GcraStorage.name);
  private readonly unavailable;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.unavailable = metrics.counter({
      name: 'frontdesk_throttle_unavailable_total',
      help: 'Requests that passed because no quota could be asked',
    });
  }

  /** null when no decision could be had. Keys get the installation's prefix. */
  async decide(quotas: readonly Quota[]): Promise<Decision | null> {
    const prefixed = quotas.map((quota) => ({
      ...quota,
      key: `${this.settings.redis.prefix}:throttle:${quota.key}`,
    }));
    try {
      return await inTime(decide(this.redis, prefixed), this.settings.redis.patienceMs);
    } catch (error) {
      this.unavailable.inc();
      this.logger.warn({ message: 'no quota could be asked', err: error as Error });
      return null;
    }
  }

  /** As `@nestjs/throttler` asks it: one key, `ttl` in milliseconds; answers in seconds. */
  async increment(key: string, ttl: number, limit: number): Promise<StorageRecord> {
    const decision = await this.decide([{ key, burst: limit, windowMs: ttl }]);
    const { remaining, resetMs, waitMs } = decision?.quotas[0] ?? {
      remaining: limit,
      resetMs: 0,
      waitMs: 0,
    };
    const isBlocked = decision?.allowed === false;
    return {
      totalHits: limit - remaining + (isBlocked ? 1 : 0),
      timeToExpire: Math.ceil(resetMs / 1000),
      isBlocked,
      timeToBlockExpire: isBlocked ? Math.ceil(waitMs / 1000) : 0,
    };
  }
}
