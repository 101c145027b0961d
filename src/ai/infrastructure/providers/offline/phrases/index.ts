import type { Language } from '../lexicon/index.js';
import { germanPhrases } from './de.js';
import { englishPhrases } from './en.js';
import type { Phrasebook } from './phrasebook.js';
import { russianPhrases } from './ru.js';
import { ukrainianPhrases } from './uk.js';

export type { BookedText, HoldText, Phrasebook } from './phrasebook.js';

export const PHRASES: Readonly<Record<Language, Phrasebook>> = {
  en: englishPhrases,
  de: germanPhrases,
  uk: ukrainianPhrases,
  ru: russianPhrases,
};
