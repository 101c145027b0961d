/** Deeper than anything that is sent here, and far from what recursion over it could bear. */
export const DEEPEST = 64;

const isNest = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object';

/** Whether lists and objects are nested too deep. A loop: a hostile body is nested deeper than the call stack. */
export const isNestedTooDeep = (input: unknown, deepest = DEEPEST): boolean => {
  let level: readonly unknown[] = [input];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((value) => (isNest(value) ? Object.values(value).filter(isNest) : []));
  }
  return false;
};
