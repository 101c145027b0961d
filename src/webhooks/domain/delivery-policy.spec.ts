import { afterFailure, isLost, nextDue } from './delivery-policy.js';

const NOW = new Date('2026-03-14T10:00:00Z');
const POLICY = { retrySeconds: [5, 300], pauseAfterFailures: 3, disableAfterDays: 5 };
const HEALTHY = { consecutiveFailures: 0, failingSince: null, pausedUntil: null };
const after = (date: Date | null) => (date ? date.getTime() - NOW.getTime() : null);

describe('nextDue', () => {
  it('follows the schedule, a fifth later at most, and ends with it', () => {
    expect(after(nextDue(1, NOW, POLICY, null, 0))).toBe(5_000);
    expect(after(nextDue(1, NOW, POLICY, null, 1))).toBe(6_000);
    expect(after(nextDue(2, NOW, POLICY, null, 0.5))).toBe(330_000);
    expect(nextDue(3, NOW, POLICY, null, 0)).toBeNull();
  });

  it('waits at least as long as the receiver asked, a day at most', () => {
    expect(after(nextDue(1, NOW, POLICY, 60_000, 0))).toBe(60_000);
    expect(after(nextDue(2, NOW, POLICY, 60_000, 0))).toBe(300_000);
    expect(after(nextDue(1, NOW, POLICY, 1e12, 0))).toBe(86_400_000);
  });
});

describe('afterFailure', () => {
  it('leaves an endpoint alone from the third failure on, longer each time', () => {
    let health = afterFailure(HEALTHY, NOW, POLICY, null);
    expect(health).toEqual({ consecutiveFailures: 1, failingSince: NOW, pausedUntil: null });
    const pauses = Array.from({ length: 8 }, () => {
      health = afterFailure(health, NOW, POLICY, null);
      return after(health.pausedUntil);
    });
    expect(pauses).toEqual([null, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  });

  it('leaves it alone as long as a 429 asks, an hour at most', () => {
    expect(after(afterFailure(HEALTHY, NOW, POLICY, 45_000).pausedUntil)).toBe(45_000);
    expect(after(afterFailure(HEALTHY, NOW, POLICY, 1e9).pausedUntil)).toBe(3_600_000);
  });
});

it('an endpoint is lost after five days of nothing but failures', () => {
  const since = (days: number) => ({ ...HEALTHY, failingSince: new Date(NOW.getTime() - days * 86_400_000) });
  expect(isLost(since(4.9), NOW, POLICY)).toBe(false);
  expect(isLost(since(5), NOW, POLICY)).toBe(true);
  expect(isLost(HEALTHY, NOW, POLICY)).toBe(false);
});
