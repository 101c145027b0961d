import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a condition, never for a time: asks again until `probe` answers something else than undefined or false.
 * The deadline is for what never comes: it costs nothing where the condition comes true, so it is long enough for a slow machine.
 */
export const eventually = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 45_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`did not come true within ${timeoutMs} ms: ${what}`);
    await pause(15);
  }
};
