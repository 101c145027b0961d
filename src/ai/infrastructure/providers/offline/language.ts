import { detectAll } from 'tinyld';
import { LANGUAGES, LEXICONS, isLanguage, type Language } from './lexicon/index.js';
import { fold, tokensOf } from './text.js';

const hintsOf: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(LEXICONS.en.hints.split('|')),
  de: new Set(LEXICONS.de.hints.split('|')),
  uk: new Set(LEXICONS.uk.hints.split('|')),
  ru: new Set(LEXICONS.ru.hints.split('|')),
};

/** Latin languages that the customer may write and the model does not speak. */
const OTHERS = ['fr', 'es', 'it', 'pl', 'pt', 'nl', 'tr', 'ro', 'cs'];

/** The detector's time grows with the text, and this much is enough for it. */
const ENOUGH = 240;

type Scores = Record<Language, number>;

/** How strongly a text speaks for each of the four languages, or that it is in another one. */
const scoresOf = (text: string): { scores: Scores; foreign: boolean } => {
  const folded = fold(text.slice(0, ENOUGH));
  const words = tokensOf(folded);
  const scores: Scores = { en: 0, de: 0, uk: 0, ru: 0 };
  for (const word of words) {
    for (const language of LANGUAGES) if (hintsOf[language].has(word)) scores[language] += 1;
  }
  if (/[їієґ]/u.test(folded)) scores.uk += 3;
  if (/[ыэъ]/u.test(folded) || /ё/iu.test(text.normalize('NFKC'))) scores.ru += 3;
  if (/[äöüß]/u.test(folded)) scores.de += 2;
  const cyrillic = (folded.match(/\p{Script=Cyrillic}/gu) ?? []).length;
  const latin = (folded.match(/\p{Script=Latin}/gu) ?? []).length;
  if (cyrillic > latin) scores.en = scores.de = 0;
  if (latin > cyrillic) scores.uk = scores.ru = 0;
  if (words.length < 2) return { scores, foreign: false };
  const [best] = detectAll(folded, { only: [...LANGUAGES, ...OTHERS] });
  if (best && isLanguage(best.lang))
    scores[best.lang] += words.length >= 4 ? 1.5 * best.accuracy : best.accuracy / 2;
  const known = Math.max(...Object.values(scores));
  const foreign = !!best && !isLanguage(best.lang) && best.accuracy > 0.3 && words.length >= 3 && known < 2;
  return { scores, foreign };
};

const winner = (scores: Scores): { language: Language; lead: number } | null => {
  const [first, second] = LANGUAGES.map((language) => ({ language, score: scores[language] })).sort(
    (a, b) => b.score - a.score,
  );
  if (!first || !second || first.score <= 0) return null;
  return { language: first.language, lead: first.score - second.score };
};

/**
 * The language to answer in: of the present words, if they leave no doubt; else the one of the dialogue so far; else of
 * the business, else English. Short texts are doubtful ("ok", "завтра"), a language that is not spoken here counts as none.
 */
export const languageOf = (present: string, earlier: readonly string[], business: string): Language => {
  const now = scoresOf(present);
  const current = now.foreign ? null : winner(now.scores);
  const before: Scores = { en: 0, de: 0, uk: 0, ru: 0 };
  for (const text of earlier.slice(-6)) {
    const { scores, foreign } = scoresOf(text);
    if (!foreign) for (const language of LANGUAGES) before[language] += scores[language];
  }
  const spoken = winner(before);
  const home = isLanguage(business) ? business : null;
  const sameScript = (a: Language, b: Language): boolean =>
    (a === 'en' || a === 'de') === (b === 'en' || b === 'de');
  const switches =
    current &&
    spoken &&
    spoken.language !== current.language &&
    sameScript(current.language, spoken.language);
  if (current && current.lead >= (switches ? 1.6 : 0.4)) return current.language;
  if (spoken) return spoken.language;
  if (home && (!current || now.scores[home] > 0)) return home;
  if (current) return current.language;
  return home ?? 'en';
};
