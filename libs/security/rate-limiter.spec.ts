import { type CounterStore, RateLimiter } from './rate-limiter.js';

/** Stands for the two scripts: what they do in Redis is proved by the e2e test of the login. */
class MemoryStore implements CounterStore {
  readonly counts = new Map<string, number>();

  async eval(script: string, keys: number, ...rest: (string | number)[]): Promise<unknown> {
    const sign = script.includes('INCR') ? 1 : -1;
    return rest.slice(0, keys).flatMap((key) => {
      const count = (this.counts.get(String(key)) ?? 0) + sign;
      this.counts.set(String(key), count);
      return [count, 41_200];
    });
  }
}

const failures: Error[] = [];
const limiter = (store: CounterStore, patienceMs = 500) =>
  new RateLimiter(store, 60_000, (error) => failures.push(error), patienceMs);

describe('RateLimiter', () => {
  beforeEach(() => failures.splice(0));

  it('allows as many as the limit, then says when to come back', async () => {
    const limited = limiter(new MemoryStore());
    const taken = [];
    for (let i = 0; i < 4; i += 1) taken.push(await limited.take([{ key: 'a', limit: 3 }]));
    expect(taken.map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
    expect(taken[3]?.retryAfterSeconds).toBe(42);
  });

  it('refuses when any of several keys is full', async () => {
    const limited = limiter(new MemoryStore());
    await limited.take([{ key: 'account', limit: 1 }]);
    const taken = await limited.take([
      { key: 'account', limit: 1 },
      { key: 'address', limit: 100 },
    ]);
    expect(taken.allowed).toBe(false);
  });

  it('gives a take back', async () => {
    const store = new MemoryStore();
    const limited = limiter(store);
    await (await limited.take([{ key: 'a', limit: 1 }])).refund();
    expect((await limited.take([{ key: 'a', limit: 1 }])).allowed).toBe(true);
  });

  it.each([
    ['fails', { eval: () => Promise.reject(new Error('READONLY')) }],
    ['never answers', { eval: () => new Promise<never>(() => undefined) }],
  ])('allows, and tells, when the store %s', async (_how, store) => {
    const taken = await limiter(store, 20).take([{ key: 'a', limit: 1 }]);
    expect(taken.allowed).toBe(true);
    await taken.refund();
    expect(failures).toHaveLength(1);
  });
});
