/** The part of a Redis client that is used. */
export interface ScriptStore {
  eval(script: string, numberOfKeys: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
}

/** A quota of `burst` requests that fills up again evenly within `windowMs`. */
export interface Quota {
  readonly key: string;
  readonly burst: number;
  readonly windowMs: number;
}

export interface QuotaState {
  /** Requests that would still pass now. */
  readonly remaining: number;
  /** Until the quota is full again. */
  readonly resetMs: number;
  /** Until one more would pass; 0 when one would pass now. */
  readonly waitMs: number;
}

export interface Decision {
  readonly allowed: boolean;
  /** In the order of the quotas asked for. */
  readonly quotas: readonly QuotaState[];
}

/**
 * Generic cell rate algorithm (ITU-T I.371, annex A) over several keys at once: a request takes from each of them, or, when
 * any of them is empty, from none. A key holds one number, the theoretical arrival time in microseconds, and goes by itself
 * when its quota is full. The time is the server's, so that processes whose clocks differ decide alike.
 *
 * Arguments: the time in microseconds or '' for the server's; then the emission interval in microseconds and the burst of each
 * key. Answer: 1 or 0; then remaining, microseconds to wait and to the full quota, of each key.
 */
export const GCRA = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local arrivals, allowed = {}, 1
for i, key in ipairs(KEYS) do
  local arrival = tonumber(redis.call('GET', key)) or now
  if arrival < now then arrival = now end
  arrivals[i] = arrival
  if arrival + ARGV[2 * i] - now > ARGV[2 * i] * ARGV[2 * i + 1] then allowed = 0 end
end
local answer = { allowed }
for i, key in ipairs(KEYS) do
  local interval, capacity = tonumber(ARGV[2 * i]), ARGV[2 * i] * ARGV[2 * i + 1]
  local arrival = arrivals[i]
  if allowed == 1 then
    arrival = arrival + interval
    redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
  end
  local free = capacity - (arrival - now)
  answer[#answer + 1] = math.floor(free / interval)
  answer[#answer + 1] = math.max(0, interval - free)
  answer[#answer + 1] = arrival - now
end
return answer`;

/** @param atMicros for tests: the time of the decision instead of the server's. */
export const decide = async (
  store: ScriptStore,
  quotas: readonly Quota[],
  atMicros?: number,
): Promise<Decision> => {
  const figures = quotas.flatMap(({ burst, windowMs }) => [Math.round((windowMs * 1000) / burst), burst]);
  const keys = quotas.map(({ key }) => key);
  const answer = (await store.eval(GCRA, keys.length, ...keys, atMicros ?? '', ...figures)) as number[];
  return {
    allowed: answer[0] === 1,
    quotas: quotas.map((_quota, i) => ({
      remaining: Math.max(0, answer[3 * i + 1] ?? 0),
      waitMs: Math.ceil((answer[3 * i + 2] ?? 0) / 1000),
      resetMs: Math.ceil((answer[3 * i + 3] ?? 0) / 1000),
    })),
  };
};
