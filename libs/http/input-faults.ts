import { isStorable, type ErrorDetail } from '#libs/kernel';

const MOST_FAULTS = 20;

/** A JSON pointer into a body, `a.b` in a query. */
export const pointerTo = (path: readonly string[], inBody: boolean): string =>
  inBody ? path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') : path.join('.');

/**
 * What no field may hold, whatever its rules: text that the database would refuse or change. And no field is named as what
 * every object inherits, for then class-validator takes it for known.
 */
export const inputFaults = (input: unknown, inBody: boolean): ErrorDetail[] => {
  const faults: ErrorDetail[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    const fault = (at: readonly string[], detail: string): void => {
      if (faults.length < MOST_FAULTS) faults.push({ pointer: pointerTo(at, inBody), detail });
    };
    if (typeof value === 'string' && !isStorable(value))
      fault(path, 'must be well-formed Unicode text without NUL');
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key))
        fault(path, 'must not have a key that is no well-formed Unicode text, or has NUL');
      else if (key in Object.prototype) fault([...path, key], `property ${key} should not exist`);
      else if (typeof inner === 'string' || typeof inner === 'object') walk(inner, [...path, key]);
    }
  };
  walk(input, []);
  return faults;
};
