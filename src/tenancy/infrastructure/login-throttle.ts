import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { Clock, DomainError } from '#libs/kernel';
import { REDIS } from '#libs/redis';
import { hashToken, type Limit, RateLimiter } from '#libs/security';
import { Logins } from './logins.js';
import { networkOf } from './network-of.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How much more one account may see from all strange networks together, and one network may try on all accounts. */
const WIDER = 10;
/** Who goes on for long gets less: an hour allows what these minutes would. */
const HOUR_IN_MINUTES = 6;
/** How long a network stays known in which the account has signed in. */
const KNOWN_DAYS = 90;

/**
 * Counts failed logins and second factors by account and network, by network, and by account. The last only for networks that the
 * account has not signed in from: whoever hammers an account from elsewhere does not lock its owner out.
 */
@Injectable()
export class LoginThrottle {
  private readonly minute: RateLimiter;
  private readonly hour: RateLimiter;
  private readonly logger = new Logger(LoginThrottle.name);

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly logins: Logins,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    const failed = (error: Error) => this.logger.warn({ err: error });
    this.minute = new RateLimiter(redis, MINUTE_MS, failed, settings.redis.patienceMs);
    this.hour = new RateLimiter(redis, HOUR_MS, failed, settings.redis.patienceMs);
  }

  /** Answers what takes the attempt back after a success. Error: `auth.too_many_attempts` (429). */
  async take(email: string, address: string, kind: 'login' | 'mfa' = 'login'): Promise<() => Promise<void>> {
    const network = networkOf(address);
    const { loginAttemptsPerMinute: limit } = this.settings.http;
    const subjects = [
      { key: this.key(kind, 'both', `${email}\n${network}`), limit },
      { key: this.key(kind, 'address', network), limit: limit * WIDER },
      ...((await this.isKnown(email, network))
        ? []
        : [{ key: this.key(kind, 'account', email), limit: limit * WIDER }]),
    ];
    const inMinute = await this.minute.take(subjects);
    if (!inMinute.allowed) throw tooMany(inMinute.retryAfterSeconds);
    const inHour = await this.hour.take(
      subjects.map((each) => ({ key: `${each.key}:hour`, limit: each.limit * HOUR_IN_MINUTES })),
    );
    if (!inHour.allowed) throw tooMany(inHour.retryAfterSeconds);
    return async () => {
      await Promise.all([inMinute.refund(), inHour.refund()]);
    };
  }

  /** Counts sign-ups tried from a network. Error: `auth.too_many_attempts` (429). */
  signUp(address: string): Promise<void> {
    const key = this.key('sign-up', 'address', networkOf(address));
    return this.count([{ key, limit: this.settings.accounts.signUpsPerHour }]);
  }

  /** Counts mails that somebody has sent to an address, whether it has an account or not. The error is the same. */
  mail(kind: string, email: string, address: string): Promise<void> {
    const limit = this.settings.accounts.mailsPerHour;
    return this.count([
      { key: this.key(`mail-${kind}`, 'account', email), limit },
      { key: this.key(`mail-${kind}`, 'address', networkOf(address)), limit: limit * WIDER },
    ]);
  }

  private async count(limits: readonly Limit[]): Promise<void> {
    const taken = await this.hour.take(limits);
    if (!taken.allowed) throw tooMany(taken.retryAfterSeconds);
  }

  private isKnown(email: string, network: string): Promise<boolean> {
    const since = new Date(this.clock.now().getTime() - KNOWN_DAYS * 24 * HOUR_MS);
    return this.logins.networkKnown(email, network, since);
  }

  private key(kind: string, scope: string, value: string): string {
    return `${this.settings.redis.prefix}:${kind}:${scope}:${hashToken(value)}`;
  }
}

const tooMany = (retryAfterSeconds: number): DomainError =>
  new DomainError('too-many', 'auth.too_many_attempts', 'Too many attempts. Wait and try again.', {
    retryAfterSeconds,
  });
