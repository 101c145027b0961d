import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Settings } from '#libs/config';

/** The shared connection, for commands that do not block. Injection token; the type is ioredis' `Redis`. */
export const REDIS = Symbol('REDIS');

/** Longer than Bull's longest blocking command, 5 s. */
const SILENCE_MS = 15_000;

interface WithSilenceTimer {
  readonly socketTimeoutTimer: NodeJS.Timeout | undefined;
}

/** Redis is disposable here: a lost connection is waited for, never an error that ends the process. */
export const createRedis = (url: string): Redis => {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
    // A connection whose other end vanished without a word would otherwise hold its commands for a quarter of an hour.
    socketTimeout: SILENCE_MS,
    retryStrategy: (tries) => Math.min(50 * 2 ** tries, 500),
  });
  redis.on('error', () => undefined);
  // ioredis 5 leaves the timer of a closed connection running, and with it the process alive.
  redis.on('close', () => clearTimeout((redis as unknown as WithSilenceTimer).socketTimeoutTimer));
  return redis;
};

@Injectable()
class RedisCloser implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

@Global()
@Module({
  providers: [
    {
      provide: REDIS,
      inject: [Settings],
      useFactory: (settings: Settings) => createRedis(settings.redis.url ?? ''),
    },
    RedisCloser,
  ],
  exports: [REDIS],
})
export class RedisModule {}
