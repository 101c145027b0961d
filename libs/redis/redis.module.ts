import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Settings } from '#libs/config';

/** The shared connection, for commands that do not block. Injection token; the type is ioredis' `Redis`. */
export const REDIS = Symbol('REDIS');

/** Longer than Bull's longest blocking command, 5 s. */
const SILENCE_MS = 15_000;
/**
 * Said by a server that still reads its data, or that has become a replica. ioredis believes that a script it has sent over a connection
 * is known there, also when the answer was one of these: on a new connection it sends the script again.
 */
const NOT_OF_USE = /^(LOADING|READONLY) /;

interface WithSilenceTimer {
  socketTimeoutTimer: NodeJS.Timeout | undefined;
}

/**
 * Redis is disposable here: a lost connection is waited for, never an error that ends the process. `silenceMs`: how long an answer may
 * take until the connection is given up for another, from 5 s (Bull's blocking commands).
 */
export const createRedis = (url: string, { silenceMs = SILENCE_MS } = {}): Redis => {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
    // A connection whose other end vanished without a word would otherwise hold its commands for a quarter of an hour.
    socketTimeout: silenceMs,
    reconnectOnError: ({ message }) => NOT_OF_USE.test(message),
    retryStrategy: (tries) => Math.min(50 * 2 ** tries, 500),
  });
  redis.on('error', () => undefined);
  // ioredis 5 leaves the timer of a closed connection running, and with it the process alive, and sets none for the next one.
  redis.on('close', () => {
    const timed = redis as unknown as WithSilenceTimer;
    clearTimeout(timed.socketTimeoutTimer);
    timed.socketTimeoutTimer = undefined;
  });
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
