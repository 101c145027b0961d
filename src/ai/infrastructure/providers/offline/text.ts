/** Longest text that is read of one turn, in UTF-16 units; nobody books in more. */
export const READ_LIMIT = 1200;

/** Lower case, one kind of apostrophe, `ё` as `е`, single spaces, no invisible characters. */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’ʼ‘`´ʹ]/gu, "'")
    .replace(/ё/gu, 'е')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();

export const tokensOf = (folded: string): string[] => folded.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*/gu) ?? [];

/**
 * Source of a regular expression from a phrase of a lexicon: `*` is any ending of a word, the rest a regular expression
 * over folded text, so that a space is one space. Does not know word borders; `phrase` adds them (`\b` is blind to Cyrillic and umlauts).
 */
export const phraseSource = (pattern: string): string => pattern.replace(/\*/gu, "[\\p{L}']*");

const compiled = new Map<string, RegExp>();

/** The lexicon's phrase as whole words. Patterns come from lexicons only, so the cache is bounded. */
export const phrase = (pattern: string, flags = 'u'): RegExp => {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const made = new RegExp(`(?<![\\p{L}\\p{N}])(?:${phraseSource(pattern)})(?![\\p{L}\\p{N}])`, flags);
  compiled.set(key, made);
  return made;
};

const CYRILLIC: Readonly<Record<string, string>> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'h', д: 'd', е: 'e', є: 'ye', ж: 'zh', з: 'z', и: 'i', і: 'i', ї: 'yi', й: 'i',
  к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch',
  ш: 'sh', щ: 'sch', ь: '', ъ: '', ы: 'i', э: 'e', ю: 'yu', я: 'ya',
}; // prettier-ignore

/** A spelling in which "Олени", "Olena" and "Оlenа" begin alike: Latin letters, no accents, sounds merged. */
export const soundOf = (word: string): string =>
  [...fold(word)]
    .map((letter) => CYRILLIC[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/[^a-z0-9]/gu, '')
    .replace(/g/gu, 'h')
    .replace(/ya|ia|ja/gu, 'a')
    .replace(/[jy]/gu, 'i')
    .replace(/z/gu, 's')
    .replace(/c(?!h)/gu, 'k')
    .replace(/w/gu, 'v')
    .replace(/(.)\1+/gu, '$1');

/** Whether a spoken form may be the name, with the ending of any case: "Анни" for "Anna", "Ольгою" for "Olha". */
export const soundsLike = (spoken: string, name: string): boolean => {
  const heard = soundOf(spoken);
  const meant = soundOf(name);
  if (heard.length < 2 || meant.length < 2) return false;
  if (heard === meant) return true;
  const stem = meant.replace(/[aeiou]+$/u, '');
  if (stem.length < 2 || !heard.startsWith(stem)) return false;
  const ending = heard.slice(stem.length);
  return ending.length <= 3 && /^(?:[aeiou]|$)/u.test(ending) && heard.length <= meant.length + 3;
};
