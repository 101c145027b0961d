/**
 * Two keys of a Latin word. `fold` undoes the ways one sound is written (kh/h, w/v, y/i/j, ou/u, sch/sh, doubles);
 * `skeleton` keeps its consonants only, as scripts do that write no short vowels.
 */
interface Rewriting {
  readonly pattern: RegExp;
  readonly replacement: string;
  /** Without all the letters of one of these there is nothing to rewrite, and most rules need not be tried. */
  readonly needs: readonly number[];
}

/** The letters of a word as bits; capitals and digits share bits with small letters, which costs a try and no more. */
export const letterBits = (word: string): number => {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
};

const rule = (pattern: RegExp, replacement: string, needs: string): Rewriting => ({
  pattern,
  replacement,
  needs: needs.split(' ').map(letterBits),
});
const DOUBLES = rule(/(.)\1+/g, '$1', '');

const rewrite = (word: string, rules: readonly Rewriting[]): string => {
  let text = word;
  let letters = letterBits(text);
  for (const each of rules) {
    if (each === DOUBLES ? !hasDouble(text) : !each.needs.some((need) => (letters & need) === need)) continue;
    const rewritten = text.replace(each.pattern, each.replacement);
    if (rewritten === text) continue;
    text = rewritten;
    letters = letterBits(text);
  }
  return text;
};

const hasDouble = (text: string): boolean => {
  for (let at = 1; at < text.length; at += 1)
    if (text.charCodeAt(at) === text.charCodeAt(at - 1)) return true;
  return false;
};

/** Spellings of one hissing sound; the longer before what they begin with. */
const SIBILANTS: readonly Rewriting[] = [
  rule(/shch|schtsch|stch/g, 'S', 'sch'),
  rule(/tsch|tch/g, 'C', 'tch'),
  rule(/sch|sh|sz/g, 'S', 'sh sz'),
  rule(/ch|cz/g, 'C', 'ch cz'),
  rule(/ts|tz/g, 'T', 'ts tz'),
  rule(/dzh|dj|zh/g, 'j', 'zh dj'),
];

const FOLDS: readonly Rewriting[] = [
  ...SIBILANTS,
  rule(/kh/g, 'h', 'kh'),
  rule(/gh/g, 'g', 'gh'),
  rule(/ph/g, 'f', 'ph'),
  rule(/th/g, 't', 'th'),
  rule(/dh/g, 'd', 'dh'),
  rule(/ck|q/g, 'k', 'ck q'),
  rule(/gu(?=[ei])/g, 'g', 'gue gui'),
  rule(/c(?=[eiy])/g, 's', 'ce ci cy'),
  rule(/c/g, 'k', 'c'),
  rule(/x/g, 'ks', 'x'),
  rule(/au|aw(?![aeiouy])/g, 'o', 'au aw'),
  rule(/w/g, 'v', 'w'),
  rule(/oo|ou|ow(?![aeiouy])/g, 'u', 'o'),
  rule(/ee/g, 'i', 'e'),
  rule(/[yj]/g, 'i', 'y j'),
  rule(/^ie/g, 'e', 'ie'),
  rule(/ie$|ii+/g, 'i', 'i'),
  DOUBLES,
  rule(/([aeiou])h$/g, '$1', 'h'),
];

interface Ending {
  readonly pattern: RegExp;
  readonly replacement: string;
  /** The letters it may end with. */
  readonly last: string;
}

/** East Slavic endings, as Russian, Ukrainian, Belarusian, Scandinavian and French spellings have them. */
const ENDINGS: readonly Ending[] = [
  { pattern: /^(.{3,}?)[aeiouy]*[vw][iy](?:tsch|tch|ch|cz|ts|tj|c)$/, replacement: '$1ovich', last: 'hzsjc' },
  { pattern: /^(.{3,}?)[aeiouy]*[vw]n[ao]$/, replacement: '$1ovna', last: 'ao' },
  {
    pattern: /^(.{3,}?)(?:[iyj]?[aeo]u|[iyj]?[eo]ff?|[iyj]?[eo]w)$/,
    replacement: '$1ov',
    last: 'ufw',
  },
  { pattern: /^(.{3,}?)(?:[iyj]?[eo])v$/, replacement: '$1ov', last: 'v' },
  { pattern: /^(.{3,}?)(?:[iyj]?[eoa][vw])a$/, replacement: '$1ova', last: 'a' },
  { pattern: /^(.{3,}?)(?:skiy|skii|skij|skyy|ski|tski|tsky|tskiy)$/, replacement: '$1sky', last: 'yij' },
];
const ENDINGS_BY_LAST: ReadonlyMap<string, readonly Ending[]> = new Map(
  [...new Set(ENDINGS.flatMap(({ last }) => [...last]))].map((letter) => [
    letter,
    ENDINGS.filter(({ last }) => last.includes(letter)),
  ]),
);

const withEnding = (word: string): string => {
  if (word.length < 5) return word;
  for (const { pattern, replacement } of ENDINGS_BY_LAST.get(word.charAt(word.length - 1)) ?? [])
    if (pattern.test(word)) return word.replace(pattern, replacement);
  return word;
};

export const foldOf = (word: string): string => rewrite(withEnding(word), FOLDS);

const BONES: readonly Rewriting[] = [
  ...SIBILANTS,
  rule(/j(?=s?$)/g, 'i', 'j'),
  rule(/kh/g, 'h', 'kh'),
  rule(/gh/g, 'g', 'gh'),
  rule(/ph/g, 'f', 'ph'),
  rule(/th/g, 't', 'th'),
  rule(/dh/g, 'd', 'dh'),
  rule(/ck|q/g, 'k', 'ck q'),
  rule(/c(?=[eiy])/g, 's', 'ce ci cy'),
  rule(/c/g, 'k', 'c'),
  rule(/x/g, 'ks', 'x'),
  rule(/ou|ow(?![aeiouy])/g, 'u', 'ou ow'),
  rule(/w/g, 'v', 'w'),
  rule(/([aeiouy])h$/g, '$1', 'h'),
  DOUBLES,
];

const WITHOUT_VOWELS: readonly Rewriting[] = [
  rule(/^[aeiouy]+/g, 'A', 'a e i o u y'),
  rule(/[aeiouy]/g, '', 'a e i o u y'),
  DOUBLES,
];

/** A word's skeletons that still have their vowels: one more where it ends as East Slavic names do, and Arabic ones too (Youssef). */
export const vocalsIn = (word: string): string[] => {
  const ended = withEnding(word);
  return ended === word ? [rewrite(word, BONES)] : [rewrite(ended, BONES), rewrite(word, BONES)];
};
export const skeletonsIn = (word: string, marked = false): string[] =>
  vocalsIn(word).map((each) => rewrite(marked ? markVowels(each) : each, WITHOUT_VOWELS));
/** Vowels after the first consonant as the digits that stand for them in a skeleton with long vowels. */
const markVowels = (vocal: string): string =>
  vocal.replace(/(?<=[^aeiouy].*)[aeiou]/g, (vowel) =>
    'ei'.includes(vowel) ? '1' : vowel === 'a' ? '3' : '2',
  );
export const skeletonOf = (word: string): string => skeletonsIn(word)[0] ?? '';

const CLASSES: Readonly<Record<string, string>> = {
  k: 'K',
  g: 'K',
  b: 'B',
  p: 'B',
  d: 'D',
  t: 'D',
  s: 'Z',
  z: 'Z',
  c: 'Z',
  T: 'Z',
  v: 'V',
  f: 'V',
  S: 'Z',
  C: 'Z',
  j: 'Z',
  m: 'N',
  n: 'N',
  l: 'L',
  r: 'R',
};

/**
 * Skeletons so coarse that words within a small distance by the ear share one: consonants by class, without vowels but
 * for whether one comes first. An
 * h goes too, or stands for kh and so for k: hence at most two.
 */
export const coarseOf = (fold: string): string[] => {
  const without = classes(fold, '');
  return fold.includes('h') ? [without, classes(fold, 'K')] : [without];
};

const classes = (fold: string, aspirate: string): string => {
  let coarse = /^[aeiou]/.test(fold) ? 'A' : '';
  for (const letter of fold) {
    const each = letter === 'h' ? aspirate : (CLASSES[letter] ?? '');
    if (each !== '' && !coarse.endsWith(each)) coarse += each;
  }
  return coarse;
};

export const consonantClass = (letter: string): string => CLASSES[letter] ?? (letter === 'h' ? 'h' : '');
