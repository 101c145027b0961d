import { DomainError } from '#libs/kernel';

/** The write was meant for an older version than the stored one. */
export const assertVersion = (code: string, expected: number | undefined, actual: number): void => {
  if (expected === undefined || expected === actual) return;
  throw new DomainError(
    'stale',
    code,
    `It has changed: you expected version ${expected}, it is at version ${actual}. Read it again and repeat your change.`,
    { facts: { version: actual } },
  );
};
