import { inTime } from '#libs/kernel';

/** The part of a Redis client that the limiter uses. */
export interface CounterStore {
  eval(script: string, numberOfKeys: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
}

export interface Limit {
  readonly key: string;
  /** Takes per window. */
  readonly limit: number;
}

export interface Taken {
  readonly allowed: boolean;
  /** Seconds until the fullest window starts anew; 0 when allowed. */
  readonly retryAfterSeconds: number;
  /** Gives the takes back: the attempt was fine after all. */
  refund(): Promise<void>;
}

/** Adds one to each key; a key's first take starts its window. Answers [count, milliseconds left] for each. */
const TAKE = `
local answer = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
  answer[#answer + 1] = count
  answer[#answer + 1] = redis.call('PTTL', key)
end
return answer`;

const REFUND = `
for i, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 and tonumber(redis.call('GET', key)) > 0 then redis.call('DECR', key) end
end
return 0`;

/**
 * Counts takes in fixed windows, in one round trip. It takes before the work and refunds after a success, so that a burst
 * cannot slip through between a look and a count. A store that fails or is slow allows: Redis is disposable here, and a
 * login that stops with it would be worse; `onFailure` is told.
 */
export class RateLimiter {
  constructor(
    private readonly store: CounterStore,
    private readonly windowMs: number,
    private readonly onFailure: (error: Error) => void,
    private readonly patienceMs: number,
  ) {}

  async take(limits: readonly Limit[]): Promise<Taken> {
    const keys = limits.map(({ key }) => key);
    let answer: number[];
    try {
      answer = (await inTime(
        this.store.eval(TAKE, keys.length, ...keys, this.windowMs),
        this.patienceMs,
      )) as number[];
    } catch (error) {
      this.onFailure(error as Error);
      return { allowed: true, retryAfterSeconds: 0, refund: () => Promise.resolve() };
    }
    const waits = limits.flatMap(({ limit }, i) =>
      (answer[2 * i] ?? 0) > limit ? [answer[2 * i + 1] ?? 0] : [],
    );
    return {
      allowed: waits.length === 0,
      retryAfterSeconds: waits.length === 0 ? 0 : Math.max(1, Math.ceil(Math.max(...waits) / 1000)),
      refund: async () => {
        await inTime(this.store.eval(REFUND, keys.length, ...keys), this.patienceMs).catch((error: unknown) =>
          this.onFailure(error as Error),
        );
      },
    };
  }
}
