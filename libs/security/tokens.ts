import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A random token of 256 bits for URLs and headers (43 characters of base64url). */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256 in hex of a random token: what is stored in its place. For tokens of full entropy only, never for passwords. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Whether two secrets are the same, in a time that tells neither their lengths nor where they differ. */
export const sameSecret = (given: string, expected: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
};
