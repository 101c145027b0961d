import type { QuotaState } from './gcra.js';

export interface NamedQuota {
  readonly name: string;
  readonly burst: number;
  readonly windowMs: number;
}

/**
 * The header fields of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` lists every quota (`q` requests in `w`
 * seconds), `RateLimit` the one that runs out first (`r` are left, full again in `t` seconds).
 */
export const rateLimitHeaders = (
  quotas: readonly NamedQuota[],
  states: readonly QuotaState[],
): Record<string, string> => {
  const policy = quotas.map(
    ({ name, burst, windowMs }) => `"${name}";q=${burst};w=${Math.ceil(windowMs / 1000)}`,
  );
  const tightest = quotas
    .map(({ name }, i) => ({ name, remaining: 0, resetMs: 0, ...states[i] }))
    .reduce((least, each) => (each.remaining < least.remaining ? each : least));
  return {
    'ratelimit-policy': policy.join(', '),
    ratelimit: `"${tightest.name}";r=${tightest.remaining};t=${Math.ceil(tightest.resetMs / 1000)}`,
  };
};
