import { consonantClass, letterBits } from '../text/fold.js';

const WIDTH = 64;
const rows = [new Uint8Array(WIDTH), new Uint8Array(WIDTH), new Uint8Array(WIDTH)];

/** Optimal string alignment distance up to `limit`; one more than the limit when it is farther. */
export const editDistance = (a: string, b: string, limit: number): number => {
  const n = a.length;
  const m = b.length;
  if (a === b) return 0;
  if (Math.abs(n - m) > limit || n >= WIDTH || m >= WIDTH) return limit + 1;
  let [before, previous, current] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= m; j += 1) previous[j] = j;
  for (let i = 1; i <= n; i += 1) {
    current[0] = i;
    let least = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= m; j += 1) {
      const other = b.charCodeAt(j - 1);
      let cost = (previous[j - 1] ?? 0) + (letter === other ? 0 : 1);
      cost = Math.min(cost, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      current[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [before, previous, current] = [previous, current, before];
  }
  return Math.min(previous[m] ?? limit + 1, limit + 1);
};

const VOWELS = 'aeiou';
const SIBILANTS = 'SCj';
const wideRows = [new Uint16Array(WIDTH), new Uint16Array(WIDTH)];

const dropCost = (letter: string): number =>
  VOWELS.includes(letter) || letter === 'h' ? 5 : letter === 'v' ? 8 : 10;
const swapCost = (a: string, b: string, onset: boolean): number => {
  if (a === b) return 0;
  if (VOWELS.includes(a)) return VOWELS.includes(b) ? 4 : 10;
  if (VOWELS.includes(b)) return 10;
  const kind = consonantClass(a);
  const other = consonantClass(b);
  if (kind === 'Z' && 'SC'.includes(a) && 'SC'.includes(b)) return 2;
  if (kind === 'Z' && other === 'Z') return SIBILANTS.includes(a) === SIBILANTS.includes(b) ? 5 : 7;
  if (kind !== '' && kind === other) return onset && kind !== 'K' ? 8 : 5;
  return (kind === 'h' && other === 'K') || (kind === 'K' && other === 'h') ? 5 : 12;
};

const CODES = 128;
const letters = Array.from({ length: CODES }, (_, code) => String.fromCharCode(code));
const DROP = Uint8Array.from(letters, dropCost);
const SWAP = Uint8Array.from(letters.flatMap((a) => letters.map((b) => swapCost(a, b, false))));
const SWAP_ONSET = Uint8Array.from(letters.flatMap((a) => letters.map((b) => swapCost(a, b, true))));
const LEAST_DROP = 5;
const VOWEL_BITS = letterBits(VOWELS);
/** All but those that a cheap swap may change: S and C, and s, which shares a bit. */
const CONSONANT_BITS = ~(VOWEL_BITS | letterBits('sSC'));

const bitsIn = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

/**
 * Whether words of these letters (`letterBits`) can be within `limit` at all. A step of the distance changes at most two of the letters
 * that a word has, vowels for 4 or more and consonants for 5 or more.
 */
export const mayRhyme = (letters: number, others: number, limit: number): boolean => {
  const differ = letters ^ others;
  return 4 * bitsIn(differ & VOWEL_BITS) + 5 * bitsIn(differ & CONSONANT_BITS) <= 2 * limit;
};

/** Room for the letters of a word, as `soundDistance` takes them. */
export const lettersRoom = (): Uint8Array => new Uint8Array(WIDTH);

/** The letters of a word, in `room`; of a word that is too long to be compared only the first. */
export const lettersOf = (word: string, room: Uint8Array): Uint8Array => {
  const length = Math.min(word.length, WIDTH);
  for (let at = 0; at < length; at += 1) room[at] = word.charCodeAt(at);
  return room;
};

/**
 * Edit distance in tenths that goes by the ear: vowels and h are cheap, consonants of one class cost half. Of `n` letters
 * of `a` from `aFrom` on and `m` of `b`; ASCII.
 */
export const soundDistance = (
  a: Uint8Array,
  aFrom: number,
  n: number,
  b: Uint8Array,
  bFrom: number,
  m: number,
  limit: number,
): number => {
  if (Math.abs(n - m) * LEAST_DROP > limit || n >= WIDTH || m >= WIDTH) return limit + 1;
  let [previous, current] = wideRows as [Uint16Array, Uint16Array];
  previous[0] = 0;
  for (let j = 1; j <= m; j += 1) previous[j] = (previous[j - 1] ?? 0) + (DROP[b[bFrom + j - 1] ?? 0] ?? 0);
  for (let i = 1; i <= n; i += 1) {
    const letter = a[aFrom + i - 1] ?? 0;
    const drop = DROP[letter] ?? 0;
    let left = (previous[0] ?? 0) + drop;
    let least = left;
    current[0] = left;
    for (let j = 1; j <= m; j += 1) {
      const other = b[bFrom + j - 1] ?? 0;
      const swaps = i === 1 && j === 1 ? SWAP_ONSET : SWAP;
      let cost = (previous[j - 1] ?? 0) + (swaps[letter * CODES + other] ?? 0);
      const dropped = (previous[j] ?? 0) + drop;
      if (dropped < cost) cost = dropped;
      const added = left + (DROP[other] ?? 0);
      if (added < cost) cost = added;
      current[j] = cost;
      left = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [previous, current] = [current, previous];
  }
  return Math.min(previous[m] ?? limit + 1, limit + 1);
};
