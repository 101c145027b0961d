import { ProviderError } from '#libs/kernel';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it('doubles from the base up to a minute', () => {
    const pauses = [1, 2, 3, 20].map((attempt) => backoffMs(attempt, undefined, 1_000, () => 1));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 60_000]);
  });

  it('spreads over the upper half', () => {
    expect(backoffMs(3, undefined, 1_000, () => 0)).toBe(2_000);
    expect(backoffMs(3, undefined, 1_000, () => 0.5)).toBe(3_000);
  });

  it('waits at least as long as the provider asked', () => {
    const limited = new ProviderError('meta', 'rate-limited', 'slow down', { retryAfterMs: 90_000 });
    expect(backoffMs(1, limited, 1_000)).toBe(90_000);
  });
});
