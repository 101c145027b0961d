import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { createRedis, REDIS } from '#libs/redis';

/**
 * Lets a process that only answers HTTP wake the relays of the workers. A hint and no more: a ring that nobody hears
 * costs one poll's delay.
 */
@Injectable()
export class RelayDoorbell implements BeforeApplicationShutdown {
  private readonly channel: string;
  private subscriber: Redis | undefined;
  private ringing = false;
  private rungAgain = false;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly settings: Settings,
  ) {
    this.channel = `${settings.redis.prefix}:relay`;
  }

  /** One ring at a time: those that come meanwhile are one more. */
  ring(): void {
    if (this.ringing) {
      this.rungAgain = true;
      return;
    }
    this.ringing = true;
    void this.redis
      .publish(this.channel, '')
      .catch(() => undefined)
      .finally(() => {
        this.ringing = false;
        if (!this.rungAgain) return;
        this.rungAgain = false;
        this.ring();
      });
  }

  onRing(listener: () => void): void {
    this.subscriber = createRedis(this.settings.redis.url ?? '');
    this.subscriber.on('message', listener);
    // Subscribed again by itself after each reconnection.
    void this.subscriber.subscribe(this.channel).catch(() => undefined);
  }

  beforeApplicationShutdown(): void {
    this.subscriber?.disconnect();
  }
}
