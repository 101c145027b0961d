import { isStorable, type ErrorDetail } from '#libs/kernel';

/** Deeper than any DTO of ours by far, and far from what recursion over it could bear. */
const DEEPEST = 32;
const MOST_FAULTS = 20;

/** A JSON pointer into a body, `a.b` in a query. */
export const pointerTo = (path: readonly string[], inBody: boolean): string =>
  inBody ? path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') : path.join('.');

/** What no field may hold, whatever its rules: text that the database would refuse or change, and nesting without end. */
export const inputFaults = (input: unknown, inBody: boolean): ErrorDetail[] => {
  const faults: ErrorDetail[] = [];
  const add = (path: readonly string[], detail: string): void => {
    faults.push({ pointer: pointerTo(path, inBody), detail });
  };
  const open: { value: unknown; path: readonly string[] }[] = [{ value: input, path: [] }];
  // A loop, for a hostile body is nested deeper than the call stack.
  for (let next = open.pop(); next && faults.length < MOST_FAULTS; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') {
      if (!isStorable(value)) add(path, 'must be well-formed Unicode text without NUL');
    } else if (value !== null && typeof value === 'object') {
      if (path.length >= DEEPEST) {
        add(path.slice(0, 3), `must not be nested more than ${DEEPEST} deep`);
        break;
      }
      for (const [key, inner] of Object.entries(value)) {
        if (isStorable(key)) open.push({ value: inner, path: [...path, key] });
        else add(path, 'must not have a key that is no well-formed Unicode text, or has NUL');
      }
    }
  }
  return faults;
};
