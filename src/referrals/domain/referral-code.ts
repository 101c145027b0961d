import { randomInt } from 'node:crypto';

/** No 0 O 1 I L U: nothing that is mistaken for another, and no word that is. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;

/** 39 bits: short enough to be said, and not guessed. */
export const newCode = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** The code as it is kept, of one that a person wrote down; null when it is none. */
export const readCode = (text: string): string | null => {
  if (text.length > 40) return null;
  const code = text.toUpperCase().replace(/[\s-]/g, '');
  return CODE.test(code) ? code : null;
};

/** "Salon Olena" is "S•••• O••••": enough for who knows it. */
export const maskedName = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 3)
    .map((word) => `${[...word][0] ?? ''}••••`)
    .join(' ');
