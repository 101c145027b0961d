import { german } from './de.js';
import { english } from './en.js';
import type { Language, Lexicon } from './lexicon.js';
import { russian } from './ru.js';
import { ukrainian } from './uk.js';

export type { Intent, Language, Lexicon } from './lexicon.js';

export const LEXICONS: Readonly<Record<Language, Lexicon>> = {
  en: english,
  de: german,
  uk: ukrainian,
  ru: russian,
};

export const LANGUAGES: readonly Language[] = ['en', 'de', 'uk', 'ru'];

export const isLanguage = (code: string): code is Language => LANGUAGES.some((language) => language === code);

/** Lexicons in the order in which a text of that language is read: its own, its neighbour's, the others. */
export const lexiconsFor = (language: Language): Lexicon[] => {
  const neighbour: Record<Language, Language> = { en: 'de', de: 'en', uk: 'ru', ru: 'uk' };
  const first = [language, neighbour[language]];
  return [...first, ...LANGUAGES.filter((other) => !first.includes(other))].map((code) => LEXICONS[code]);
};
