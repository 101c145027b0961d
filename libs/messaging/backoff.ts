import { ProviderError } from '#libs/kernel';

const CAP_MS = 60_000;

/**
 * Pause before the next try: exponential from `baseMs`, capped at a minute, with full jitter over its upper half, so
 * that what failed together does not come back together. A provider's Retry-After is the least.
 */
export const backoffMs = (
  attemptsMade: number,
  error: unknown,
  baseMs: number,
  random = Math.random,
): number => {
  const ceiling = Math.min(CAP_MS, baseMs * 2 ** Math.max(0, attemptsMade - 1));
  const jittered = Math.round(ceiling / 2 + (ceiling / 2) * random());
  const asked = error instanceof ProviderError ? (error.details.retryAfterMs ?? 0) : 0;
  return Math.max(asked, jittered);
};
