import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { createRedis, REDIS } from '#libs/redis';
import type { InboxNews } from '../../domain/inbox-news.js';

/** Longer than any answer of a Redis that is there. */
const PATIENCE_MS = 5_000;

interface Listener {
  onNews(news: InboxNews): void;
  /** News may have gone by unheard: the connection to Redis was lost for a while. */
  onGap(): void;
}

/**
 * Carries news between processes, on a channel of Redis for each business. Who has sockets of a business subscribes to its
 * channel; that there is a subscriber is how the others know that somebody looks. Redis forgets a subscriber with its
 * connection, so there is nothing to renew, and nothing that a flush could lose.
 */
@Injectable()
export class InboxWire implements BeforeApplicationShutdown {
  private subscriber: Redis | undefined;
  private listener: Listener | undefined;
  /** Businesses with sockets here, and how many. */
  private readonly held = new Map<string, number>();

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly settings: Settings,
  ) {}

  listen(listener: Listener): void {
    this.listener = listener;
  }

  async tell(news: InboxNews): Promise<void> {
    await this.redis.publish(this.channelOf(news.tenantId), JSON.stringify(news));
  }

  /** Of these businesses, those of which somebody looks. */
  async watched(tenantIds: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = [...new Set(tenantIds)];
    const answer = await this.redis.pubsub('NUMSUB', ...ids.map((id) => this.channelOf(id)));
    return new Set(ids.filter((_id, i) => Number(answer[2 * i + 1]) > 0));
  }

  /** One socket more of a business. What is committed after this has answered is heard. Error: `http.unavailable` (Redis is away). */
  async hold(tenantId: string): Promise<void> {
    this.held.set(tenantId, (this.held.get(tenantId) ?? 0) + 1);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const away = new DomainError(
        'unavailable',
        'http.unavailable',
        'The inbox is away: connect again later.',
      );
      timer = setTimeout(() => reject(away), PATIENCE_MS);
    });
    try {
      await Promise.race([this.connection().subscribe(this.channelOf(tenantId)), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One socket less. */
  release(tenantId: string): void {
    const left = (this.held.get(tenantId) ?? 1) - 1;
    if (left > 0) {
      this.held.set(tenantId, left);
      return;
    }
    this.held.delete(tenantId);
    void this.subscriber?.unsubscribe(this.channelOf(tenantId)).catch(() => undefined);
  }

  /** A connection whose other end has vanished is only noticed by asking; what comes of it is a gap. */
  probe(): void {
    void this.subscriber?.ping().catch(() => undefined);
  }

  beforeApplicationShutdown(): void {
    this.subscriber?.disconnect();
  }

  private connection(): Redis {
    if (this.subscriber) return this.subscriber;
    const subscriber = createRedis(this.settings.redis.url ?? '');
    let wasLost = false;
    subscriber.on('message', (_channel: string, text: string) =>
      this.listener?.onNews(JSON.parse(text) as InboxNews),
    );
    subscriber.on('close', () => (wasLost = true));
    subscriber.on('ready', () => {
      if (wasLost) void this.resume(subscriber).catch(() => undefined);
    });
    return (this.subscriber = subscriber);
  }

  private async resume(subscriber: Redis): Promise<void> {
    const channels = [...this.held.keys()].map((id) => this.channelOf(id));
    // ioredis subscribes again by itself, and does not say when: the gap ends when this is answered.
    if (channels.length > 0) await subscriber.subscribe(...channels);
    this.listener?.onGap();
  }

  private channelOf(tenantId: string): string {
    return `${this.settings.redis.prefix}:inbox:${tenantId}`;
  }
}
