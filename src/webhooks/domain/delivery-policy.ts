export interface DeliveryPolicy {
  /** Pauses before each further try. */
  readonly retrySeconds: readonly number[];
  readonly pauseAfterFailures: number;
  readonly disableAfterDays: number;
}

export interface EndpointHealth {
  readonly consecutiveFailures: number;
  readonly failingSince: Date | null;
  readonly pausedUntil: Date | null;
}

const JITTER = 0.2;
const DAY_MS = 86_400_000;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;
const LONGEST_RETRY_AFTER_MS = DAY_MS;
const LONGEST_RATE_PAUSE_MS = 3_600_000;

/** When a delivery that has been tried `tries` times is tried again; null when it is given up. A Retry-After is the least. */
export const nextDue = (
  tries: number,
  now: Date,
  policy: DeliveryPolicy,
  retryAfterMs: number | null,
  random: number,
): Date | null => {
  const pause = policy.retrySeconds[tries - 1];
  if (pause === undefined) return null;
  const jittered = pause * 1_000 * (1 + JITTER * random);
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  return new Date(now.getTime() + Math.max(jittered, asked));
};

/** After a failure. From `pauseAfterFailures` on the endpoint is left alone: half a minute, doubling up to ten. */
export const afterFailure = (
  health: EndpointHealth,
  now: Date,
  policy: DeliveryPolicy,
  rateLimitedForMs: number | null,
): EndpointHealth => {
  const consecutiveFailures = health.consecutiveFailures + 1;
  const beyond = consecutiveFailures - policy.pauseAfterFailures;
  const circuitMs = beyond < 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(beyond, 10));
  const pauseMs = Math.max(circuitMs, Math.min(rateLimitedForMs ?? 0, LONGEST_RATE_PAUSE_MS));
  return {
    consecutiveFailures,
    failingSince: health.failingSince ?? now,
    pausedUntil: pauseMs > 0 ? new Date(now.getTime() + pauseMs) : health.pausedUntil,
  };
};

/** Whether an endpoint has answered nothing but failures for so long that it is to be disabled. */
export const isLost = ({ failingSince }: EndpointHealth, now: Date, policy: DeliveryPolicy): boolean =>
  failingSince !== null && now.getTime() - failingSince.getTime() >= policy.disableAfterDays * DAY_MS;
