import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { REDIS } from '#libs/redis';
import { hashToken, RateLimiter } from '#libs/security';

const WINDOW_MS = 60_000;
/** How much more one account may see from all addresses together, and one address may try on all accounts. */
const WIDER = 10;

/** Counts failed logins by account and address, by account, and by address. */
@Injectable()
export class LoginThrottle {
  private readonly limiter: RateLimiter;
  private readonly logger = new Logger(LoginThrottle.name);

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly settings: Settings,
  ) {
    this.limiter = new RateLimiter(redis, WINDOW_MS, (error) => this.logger.warn({ err: error }));
  }

  /** Answers what takes the attempt back after a success. Error: `auth.too_many_attempts` (429). */
  async take(email: string, address: string): Promise<() => Promise<void>> {
    const limit = this.settings.http.loginAttemptsPerMinute;
    const key = (kind: string, value: string) =>
      `${this.settings.redis.prefix}:login:${kind}:${hashToken(value)}`;
    const taken = await this.limiter.take([
      { key: key('both', `${email}\n${address}`), limit },
      { key: key('account', email), limit: limit * WIDER },
      { key: key('address', address), limit: limit * WIDER },
    ]);
    if (!taken.allowed) {
      throw new DomainError(
        'too-many',
        'auth.too_many_attempts',
        'Too many failed logins. Wait and try again.',
        {
          retryAfterSeconds: taken.retryAfterSeconds,
        },
      );
    }
    return () => taken.refund();
  }
}
