import { type Word } from './words.js';

const SERVANT = /^(?:abd|adb)(?:[uaeio]+[lrsnz]?)?$/;
const GLUED_SERVANT = /^(?:abd|adb)(?:[uoe]+[lrsnz]|al)(?=..)(.+)$/;
const ARTICLES = new Set([
  'al',
  'el',
  'ul',
  'ur',
  'il',
  'ar',
  'as',
  'ad',
  'an',
  'at',
  'az',
  'ash',
  'er',
  'es',
  'ed',
  'l',
  'r',
]);
const GOD = /^(?:al)?(?:allah?|ullah?|ollah?|illah?|lah)$/;
const FAITH = /^(?:al|ed|ud|ad|el|id|od)?d(?:in|een|ine|ien)$/;
const GLUED_FAITH = /^(.{2,}?)(?:[aeiou]l?[dl]d|[aeiou]l?d)(?:in|een|ine|ien)$/;

/** Son and daughter of, after the father's name, as the Turkic languages have them: Heydar oglu is Heydarovich. */
const TURKIC_SON = /^(?:og[h]?l[uyi]|ug[h]?l[yi]|uly|uulu)$/;
const TURKIC_DAUGHTER = /^[kqg][iy]z[iy]$/;

/**
 * Arabic names of several words are written as one, two or three: Abd al-Rahman, Abdul Rahman, Abdurrahman; Saif
 * al-Din, Saifuddin; Aziz Ullah, Azizullah. All of them become one word.
 */
export const mergeCompounds = (words: readonly Word[]): Word[] => {
  const merged: Word[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as Word;
    const next = words[at + 1];
    const last = merged.at(-1);
    if (word.mode !== 'latin') {
      merged.push(word);
    } else if (SERVANT.test(word.text) && next?.mode === 'latin') {
      const skip = ARTICLES.has(next.text) && words[at + 2] !== undefined ? 2 : 1;
      merged.push(servant(words[at + skip] as Word));
      at += skip;
    } else if (ARTICLES.has(word.text) && next !== undefined && FAITH.test(next.text) && last !== undefined) {
      merged[merged.length - 1] = faithful(last.text);
      at += 1;
    } else if (FAITH.test(word.text) && last?.mode === 'latin' && last.text.length > 2) {
      merged[merged.length - 1] = faithful(last.text);
    } else if (
      GOD.test(word.text) &&
      last?.mode === 'latin' &&
      last.text.length > 2 &&
      !GOD.test(last.text)
    ) {
      merged[merged.length - 1] = { text: `${last.text}ullah`, mode: 'latin' };
    } else if (TURKIC_SON.test(word.text) && last?.mode === 'latin' && last.text.length > 2) {
      merged[merged.length - 1] = { text: `${last.text}ovich`, mode: 'latin' };
    } else if (TURKIC_DAUGHTER.test(word.text) && last?.mode === 'latin' && last.text.length > 2) {
      merged[merged.length - 1] = { text: `${last.text}ovna`, mode: 'latin' };
    } else {
      merged.push(glued(word));
    }
  }
  return merged;
};

const servant = (word: Word): Word => ({
  text: `abdu${GOD.test(word.text) ? 'lah' : word.text}`,
  mode: 'latin',
});
const faithful = (text: string): Word => ({ text: `${text}din`, mode: 'latin' });

const glued = (word: Word): Word => {
  const served = GLUED_SERVANT.exec(word.text)?.[1];
  if (served !== undefined) return servant({ ...word, text: /^l?ah?$/.test(served) ? 'lah' : served });
  if (/^abdl?ullah?$/.test(word.text) || word.text === 'abdallah' || word.text === 'abdalla')
    return { text: 'abdulah', mode: 'latin' };
  const stem = word.text.length >= 7 ? GLUED_FAITH.exec(word.text)?.[1] : undefined;
  return stem === undefined ? word : faithful(stem);
};
