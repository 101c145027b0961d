import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { floorAppFloor, oracle } from './support/stats.mjs';

const CLIENTS = 32;
const SUBJECTS = 200;
/** The least a script can do with one key. */
const BARE = `return redis.call('INCR', KEYS[1])`;

/** Decisions a second over one connection, `CLIENTS` under way at once. */
const rate = async (times, take) => {
  let next = 0;
  const client = async () => {
    while (next < times) await take(next++ % SUBJECTS);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { perSecond: (times * 1000) / (performance.now() - startedAt) };
};

/** What a throttler decision over two keys (person and business) costs, against a bare script. */
export const throttler = async ({ engines, quick }) => {
  const { decide } = await import('../dist/libs/throttling/index.js');
  const redis = new Redis(engines.redisUrl);
  const run = `bench-${randomUUID()}`;
  const quotas = Array.from({ length: SUBJECTS }, (_, i) => [
    { key: `${run}:user:${i}`, burst: 1_000_000, windowMs: 60_000 },
    { key: `${run}:tenant:${i % 10}`, burst: 1_000_000, windowMs: 60_000 },
  ]);
  try {
    const exact = { key: `${run}:oracle`, burst: 50, windowMs: 3_600_000 };
    const decisions = await Promise.all(Array.from({ length: 200 }, () => decide(redis, [exact])));
    const passed = decisions.filter(({ allowed }) => allowed).length;
    oracle(passed === 50, `${passed} of a burst of 50 passed`);

    const times = quick ? 10_000 : 100_000;
    const result = await floorAppFloor({
      quick,
      key: 'perSecond',
      floor: () => rate(times, (i) => redis.eval(BARE, 1, `${run}:bare:${i}`)),
      app: () => rate(times, (i) => decide(redis, quotas[i])),
    });
    return [
      {
        what: 'Throttler decisions over two keys (floor: a script with one INCR)',
        app: `${Math.round(result.app.perSecond)}/s`,
        floor: `${Math.round(result.floor)}/s`,
        ratio: result.app.perSecond / result.floor,
        voided: result.voided,
      },
    ];
  } finally {
    for await (const keys of redis.scanStream({ match: `${run}*`, count: 1_000 }))
      if (keys.length > 0) await redis.unlink(keys);
    await redis.quit();
  }
};
