import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { currentTenant, DomainError, ProviderError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { REDIS } from '#libs/redis';
import { RateLimiter } from '#libs/security';
import { GetSenderQuery, SmtpTransports } from '../../contracts/index.js';

const HOUR_MS = 3_600_000;

export interface TestSendResult {
  sent: boolean;
  /** How it failed, when it did; what the server said is not told. */
  failure: ProviderError['failure'] | null;
  detail: string;
}

/** Sends a message through the server of the business, outside of any unit of work. */
@Injectable()
export class TestSenderService {
  private readonly logger = new Logger(TestSenderService.name);
  private readonly limiter: RateLimiter;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly transports: SmtpTransports,
    private readonly settings: Settings,
    @Inject(REDIS) redis: Redis,
  ) {
    this.limiter = new RateLimiter(
      redis,
      HOUR_MS,
      (error) => this.logger.warn({ err: error }, 'test messages are not counted'),
      settings.redis.patienceMs,
    );
  }

  /** Errors: `branding.sender_no_smtp` (409), `branding.sender_too_many_tests` (429), `branding.smtp_host_refused` (422). */
  async send(to: string): Promise<TestSendResult> {
    const sender = await this.dispatcher.ask(new GetSenderQuery());
    if (sender.smtp === null || sender.from.address === null)
      throw new DomainError(
        'conflict',
        'branding.sender_no_smtp',
        'There is no server of your own to try: set smtp, and a fromAddress at a verified domain.',
      );
    const { allowed, retryAfterSeconds } = await this.limiter.take([
      {
        key: `${this.settings.redis.prefix}:sender-test:${currentTenant()}`,
        limit: this.settings.sender.testsPerHour,
      },
    ]);
    if (!allowed)
      throw new DomainError(
        'too-many',
        'branding.sender_too_many_tests',
        'Too many test messages; wait a while.',
        {
          retryAfterSeconds,
        },
      );
    try {
      await this.transports.send(sender.smtp, {
        from: { name: sender.from.name, address: sender.from.address },
        replyTo: sender.replyTo,
        to,
        subject: `Test message of ${sender.from.name}`,
        text: 'This message was sent to try the e-mail settings of your business. They work.',
      });
      return { sent: true, failure: null, detail: 'The server took the message.' };
    } catch (error) {
      if (error instanceof ProviderError)
        return { sent: false, failure: error.failure, detail: error.message };
      throw error;
    }
  }
}
