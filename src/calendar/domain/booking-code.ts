import { randomInt } from 'node:crypto';

/** Without 0/O and 1/I/L: a code is read out over the phone. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const LENGTH = 6;

/** One of 31^6 (887 million) codes, not guessable from another. */
export const newBookingCode = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
