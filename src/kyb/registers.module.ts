import { Logger, Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { REDIS } from '#libs/redis';
import { RateLimiter } from '#libs/security';
import { Registers } from './domain/registers.js';
import { GleifRegister } from './infrastructure/registers/gleif.js';
import { InsolvencyRegister } from './infrastructure/registers/insolvency.js';
import { measured } from './infrastructure/registers/measured.js';
import { RegisterStore } from './infrastructure/registers/register.store.js';
import { ViesRegister } from './infrastructure/registers/vies.js';
import { type GatedRegister, watched } from './infrastructure/registers/watched.js';

const MINUTE_MS = 60_000;

const registersOf = (
  settings: Settings,
  redis: Redis,
  clock: Clock,
  metrics: Metrics,
  store: RegisterStore,
): Registers => {
  const { kyb } = settings;
  const timeoutMs = kyb.registerTimeoutMs;
  const logger = new Logger('KybRegisters');
  const limiter = new RateLimiter(
    redis,
    MINUTE_MS,
    (error) => logger.warn({ err: error }),
    settings.redis.patienceMs,
  );
  const quota = async () => {
    const taken = await limiter.take([
      { key: `${settings.redis.prefix}:kyb:gleif`, limit: kyb.gleifPerMinute },
    ]);
    return { allowed: taken.allowed, retryAfterMs: taken.retryAfterSeconds * 1_000 };
  };
  const all: GatedRegister[] = [
    ...(kyb.viesOn
      ? [
          new ViesRegister({
            restUrl: kyb.viesUrl,
            soapUrl: kyb.viesSoapUrl,
            timeoutMs,
            perState: kyb.viesPerState,
            backoffMs: kyb.registerBackoffMs,
            clock,
          }),
        ]
      : []),
    ...(kyb.gleifOn ? [new GleifRegister({ url: kyb.gleifUrl, timeoutMs, clock, quota })] : []),
    ...(kyb.insolvencyOn ? [new InsolvencyRegister({ url: kyb.insolvencyUrl, timeoutMs, clock })] : []),
  ];
  const byName = new Map(
    measured(watched(all, { store, clock, logger }), metrics).map((register) => [register.name, register]),
  );
  return { get: (name) => byName.get(name) ?? null };
};

/** VIES, GLEIF and the insolvency notices. */
@Module({
  providers: [
    RegisterStore,
    { provide: Registers, inject: [Settings, REDIS, Clock, Metrics, RegisterStore], useFactory: registersOf },
  ],
  exports: [Registers, RegisterStore],
})
export class KybRegistersModule {}
