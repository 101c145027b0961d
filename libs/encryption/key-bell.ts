import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { createRedis, REDIS } from '#libs/redis';

/** `from`: who rang; it has done its part already. */
type Listener = (realm: string, from: string) => void;

/**
 * Tells other processes that keys of a realm were destroyed or replaced. A hint and no more: who does not hear it finds
 * out when the cached keys run out.
 */
@Injectable()
export class KeyBell implements BeforeApplicationShutdown {
  private readonly channel: string;
  private readonly listeners: Listener[] = [];
  private subscriber: Redis | undefined;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly settings: Settings,
  ) {
    this.channel = `${settings.redis.prefix}:data-keys`;
  }

  ring(realm: string, from: string): void {
    void this.redis.publish(this.channel, `${from} ${realm}`).catch(() => undefined);
  }

  onRing(listener: Listener): void {
    this.listeners.push(listener);
    if (this.subscriber) return;
    this.subscriber = createRedis(this.settings.redis.url ?? '');
    this.subscriber.on('message', (_channel: string, text: string) => {
      const [from = '', realm = ''] = text.split(' ');
      for (const hear of this.listeners) hear(realm, from);
    });
    void this.subscriber.subscribe(this.channel).catch(() => undefined);
  }

  beforeApplicationShutdown(): void {
    this.subscriber?.disconnect();
  }
}
