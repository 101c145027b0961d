import { Redis } from 'ioredis';
import { newId } from '#libs/kernel';
import { testEngines } from '#libs/testing';
import { decide, type Quota } from '#libs/throttling';

const SECOND = 1_000_000;
const CLIENTS = 6;

/** Each connection stands for a process: they share nothing but Redis. */
describe('quotas that several processes take from', () => {
  const clients: Redis[] = [];
  let quota: Quota;

  beforeAll(() => {
    for (let i = 0; i < CLIENTS; i += 1) clients.push(new Redis(testEngines().redisUrl));
  });
  afterAll(() => clients.forEach((client) => client.disconnect()));
  beforeEach(() => {
    quota = { key: `throttle-test:${newId()}`, burst: 100, windowMs: 10_000 };
  });

  /** `times` requests from every client, all under way at once; answers how many passed. */
  const flood = async (times: number, quotas: readonly Quota[], at?: number): Promise<number> => {
    const decisions = await Promise.all(
      clients.flatMap((client) => Array.from({ length: times }, () => decide(client, quotas, at))),
    );
    return decisions.filter(({ allowed }) => allowed).length;
  };

  it('let exactly the burst pass, and from then on exactly what has flowed back', async () => {
    const start = 1_800_000_000 * SECOND;
    expect(await flood(40, [quota], start)).toBe(100);
    // 10 requests a second flow back: 0.99 of one is none.
    expect(await flood(5, [quota], start + 0.099 * SECOND)).toBe(0);
    expect(await flood(5, [quota], start + 0.1 * SECOND)).toBe(1);
    expect(await flood(40, [quota], start + 2.1 * SECOND)).toBe(20);
    expect(await flood(40, [quota], start + 60 * SECOND)).toBe(100);
  });

  it('hold over any run of requests: never more than the burst and the rate allow', async () => {
    const start = 1_800_000_000 * SECOND;
    let passed = 0;
    for (let step = 0; step <= 200; step += 1) {
      const elapsed = step * 0.037;
      passed += await flood(2, [quota], start + Math.round(elapsed * SECOND));
      expect(passed).toBeLessThanOrEqual(100 + Math.floor(elapsed * 10 + 1e-9));
    }
    expect(passed).toBe(100 + Math.floor(200 * 0.037 * 10));
  });

  it('take from all or from none', async () => {
    const narrow = { ...quota, key: `${quota.key}:narrow`, burst: 7 };
    expect(await flood(10, [quota, narrow], 5 * SECOND)).toBe(7);
    // What the narrow one refused was not taken from the wide one.
    const wide = await decide(clients[0]!, [quota], 5 * SECOND);
    expect(wide.quotas[0]!.remaining).toBe(100 - 7 - 1);
  });

  it('tell what is left, and how long to wait', async () => {
    const small = { ...quota, burst: 2, windowMs: 2_000 };
    const at = (ms: number) => decide(clients[0]!, [small], 9 * SECOND + ms * 1_000);
    expect((await at(0)).quotas).toEqual([{ remaining: 1, waitMs: 0, resetMs: 1_000 }]);
    expect((await at(0)).quotas).toEqual([{ remaining: 0, waitMs: 1_000, resetMs: 2_000 }]);
    expect(await at(400)).toEqual({
      allowed: false,
      quotas: [{ remaining: 0, waitMs: 600, resetMs: 1_600 }],
    });
    expect((await at(1_000)).allowed).toBe(true);
  });

  it('use the time of the server, and leave nothing behind', async () => {
    const brief = { ...quota, burst: 5, windowMs: 50 };
    expect(await flood(1, [brief])).toBeGreaterThanOrEqual(5);
    expect(await clients[0]!.pttl(brief.key)).toBeLessThanOrEqual(50);
  });
});
