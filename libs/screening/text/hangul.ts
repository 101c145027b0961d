/**
 * Korean names are romanised by three systems (South Korean RR, McCune-Reischauer, North Korean) and by habit.
 * A syllable and its Latin spellings meet in one key: aspirated, tense and plain consonants are one, so are the vowels
 * that the systems spell alike.
 */
const INITIALS = [
  'k',
  'k',
  'n',
  't',
  't',
  'r',
  'm',
  'p',
  'p',
  's',
  's',
  '',
  'c',
  'c',
  'c',
  'k',
  't',
  'p',
  'h',
];
const VOWELS = 'a e ia e o e io e o ua e e io u o e ui iu u ui i'.split(' ');
const FINALS = [
  '',
  'k',
  'k',
  'k',
  'n',
  'n',
  'n',
  't',
  'l',
  'k',
  'm',
  'p',
  'l',
  'l',
  'p',
  'l',
  'm',
  'p',
  'p',
  't',
  't',
  'N',
  't',
  't',
  'k',
  't',
  'p',
  't',
];
/** Surnames whose usual spelling follows no system. */
const SURNAMES: Readonly<Record<string, string>> = {
  이: 'ri',
  리: 'ri',
  최: 'coe',
  박: 'pak',
  노: 'ro',
  로: 'ro',
  오: 'o',
  우: 'u',
  유: 'iu',
  류: 'iu',
  임: 'rim',
  림: 'rim',
};
const LATIN_SPECIAL: Readonly<Record<string, string>> = {
  lee: 'ri',
  li: 'ri',
  ri: 'ri',
  rhee: 'ri',
  yi: 'ri',
  i: 'ri',
  choi: 'coe',
  choe: 'coe',
  park: 'pak',
  pak: 'pak',
  roh: 'ro',
  no: 'ro',
  ro: 'ro',
  oh: 'o',
  o: 'o',
  woo: 'u',
  u: 'u',
  yoo: 'iu',
  yu: 'iu',
  ryu: 'iu',
  you: 'iu',
  im: 'rim',
  lim: 'rim',
  rim: 'rim',
  yim: 'rim',
  rhim: 'rim',
};

const FIRST = 0xac00;
const LAST = 0xd7a3;
export const isHangul = (letter: string): boolean => {
  const code = letter.codePointAt(0) ?? 0;
  return code >= FIRST && code <= LAST;
};

/** The key of one Hangul syllable; `surname` says that it stands first in a name. */
export const hangulKey = (syllable: string, surname: boolean): string => {
  const special = surname ? SURNAMES[syllable] : undefined;
  if (special !== undefined) return special;
  const code = (syllable.codePointAt(0) ?? FIRST) - FIRST;
  const initial = INITIALS[Math.floor(code / 588)] ?? '';
  const vowel = VOWELS[Math.floor((code % 588) / 28)] ?? '';
  return loosen(initial + vowel + (FINALS[code % 28] ?? ''));
};

const loosen = (key: string): string => key.replace(/^r(?=i.)/, '').replace(/uo/g, 'o');

const SYLLABLE =
  /^(kk|gg|tt|dd|pp|bb|ss|jj|tch|ch|sh|[kgntdrlmpbsjhcz]?)((?:[aeiouyw])+)(ng|ck|[kgntdlrmpbs]?)$/;
const VOWEL_KEYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    io: 'yeo yo you yeou',
    iu: 'yoo yu yew',
    ia: 'ya yah',
    e: 'ye yae ae e ay ai we wae oe oi',
    ui: 'wi ui wee',
    ua: 'wa',
    o: 'eo o wo weo au oa',
    u: 'u eu oo ou woo wu',
    i: 'i ee ie y yi',
    a: 'a ah',
  }).flatMap(([key, spellings]) => spellings.split(' ').map((spelling): [string, string] => [spelling, key])),
);
/** Three letters, four of a vowel, two, and a mute h. */
const LONGEST_SYLLABLE = 10;
const CONSONANT: Readonly<Record<string, string>> = {
  g: 'k',
  k: 'k',
  c: 'k',
  d: 't',
  t: 't',
  b: 'p',
  p: 'p',
  j: 'c',
  z: 'c',
  l: 'r',
  r: 'r',
  s: 's',
  h: 'h',
  n: 'n',
  m: 'm',
};

/** The keys that a Latin word may stand for as one Korean syllable; empty when it is none. */
export const koreanKeys = (word: string): string[] => {
  if (word.length > LONGEST_SYLLABLE) return [];
  const keys = new Set<string>();
  const special = LATIN_SPECIAL[word];
  if (special !== undefined) keys.add(special);
  const parts = SYLLABLE.exec(word.replace(/h$/, ''));
  const vowel = VOWEL_KEYS.get(parts?.[2] ?? '');
  if (parts === null || vowel === undefined) return [...keys];
  const first = parts[1] ?? '';
  const initial = first === '' ? '' : /^(?:ch|tch|jj)$/.test(first) ? 'c' : (CONSONANT[first[0] ?? ''] ?? '');
  const last = parts[3] ?? '';
  const final =
    last === '' ? '' : last === 'ng' ? 'N' : last === 's' ? 't' : (CONSONANT[last[0] ?? ''] ?? '');
  const vowels = vowel === 'u' ? ['u', 'o'] : vowel === 'iu' ? ['iu', 'io'] : [vowel];
  for (const each of vowels) keys.add(loosen(initial + each + (final === 'r' ? 'l' : final)));
  return [...keys];
};
