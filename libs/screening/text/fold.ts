/**
 * Two keys of a Latin word. `fold` undoes the ways one sound is written (kh/h, w/v, y/i/j, ou/u, sch/sh, doubles);
 * `skeleton` keeps its consonants only, as scripts do that write no short vowels.
 */
const FOLDS: readonly (readonly [RegExp, string])[] = [
  [/shch|schtsch|stch/g, 'S'],
  [/tsch|tch/g, 'C'],
  [/sch|sh|sz/g, 'S'],
  [/ch|cz/g, 'C'],
  [/ts|tz/g, 'T'],
  [/dzh|dj|zh/g, 'j'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/ck|q/g, 'k'],
  [/gu(?=[ei])/g, 'g'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/x/g, 'ks'],
  [/au|aw(?![aeiouy])/g, 'o'],
  [/w/g, 'v'],
  [/oo|ou|ow(?![aeiouy])/g, 'u'],
  [/ee/g, 'i'],
  [/[yj]/g, 'i'],
  [/^ie/g, 'e'],
  [/ie$|ii+/g, 'i'],
  [/(.)\1+/g, '$1'],
  [/([aeiou])h$/g, '$1'],
];

/** East Slavic endings, as Russian, Ukrainian, Belarusian, Scandinavian and French spellings have them. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/^(.{3,}?)[aeiouy]*[vw][iy](?:tsch|tch|ch|cz|ts|tj|c)$/, '$1ovich'],
  [/^(.{3,}?)[aeiouy]*[vw]n[ao]$/, '$1ovna'],
  [/^(.{3,}?)(?:[iyj]?[aeo]u|[iyj]?[eo]ff?|[iyj]?[eo]w)$/, '$1ov'],
  [/^(.{3,}?)(?:[iyj]?[eo])v$/, '$1ov'],
  [/^(.{3,}?)(?:[iyj]?[eoa][vw])a$/, '$1ova'],
  [/^(.{3,}?)(?:skiy|skii|skij|skyy|ski|tski|tsky|tskiy)$/, '$1sky'],
];

const withEnding = (word: string): string => {
  if (word.length < 5) return word;
  for (const [pattern, replacement] of ENDINGS)
    if (pattern.test(word)) return word.replace(pattern, replacement);
  return word;
};

export const foldOf = (word: string): string => {
  let folded = withEnding(word);
  for (const [pattern, replacement] of FOLDS) folded = folded.replace(pattern, replacement);
  return folded;
};

const BONES: readonly (readonly [RegExp, string])[] = [
  [/shch|schtsch|stch/g, 'S'],
  [/tsch|tch/g, 'C'],
  [/sch|sh|sz/g, 'S'],
  [/ch|cz/g, 'C'],
  [/ts|tz/g, 'T'],
  [/dzh|dj|zh/g, 'j'],
  [/j(?=s?$)/g, 'i'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/ck|q/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/x/g, 'ks'],
  [/ou|ow(?![aeiouy])/g, 'u'],
  [/w/g, 'v'],
  [/([aeiouy])h$/g, '$1'],
  [/(.)\1+/g, '$1'],
  [/^[aeiouy]+/g, 'A'],
  [/[aeiouy]/g, ''],
  [/(.)\1+/g, '$1'],
];

export const skeletonOf = (word: string): string => {
  let bones = withEnding(word);
  for (const [pattern, replacement] of BONES) bones = bones.replace(pattern, replacement);
  return bones;
};

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
