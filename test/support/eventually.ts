import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a condition, never for a time: asks again until `probe` answers something else than undefined or false.
 * Fails with what it last saw.
 */
export const eventually = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 15_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`did not come true within ${timeoutMs} ms: ${what}`);
    await pause(15);
  }
};
