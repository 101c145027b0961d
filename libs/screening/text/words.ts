import anyAscii from 'any-ascii';
import { skeletonOf, skeletonsIn } from './fold.js';
import { hangulKey, isHangul } from './hangul.js';
import { joinVocals, vocalsOf } from './semitic.js';

/** How a word is compared: by its letters, by its consonants only, by Korean syllables, or as the reading of
 * Han characters, which is right or wrong but never misspelt. */
export type WordMode = 'latin' | 'consonants' | 'korean' | 'pinyin';

/** A word of a name in Latin letters. */
export interface Word {
  /** Lower-case `a-z0-9`. */
  readonly text: string;
  readonly mode: WordMode;
  /** Consonant skeletons with the long vowels that are written, of `consonants` words of Semitic scripts: see `vocalsOf`. */
  readonly vocals?: readonly string[];
  /** The syllable key of a `korean` word. */
  readonly syllable?: string;
}

const APOSTROPHES = /['’‘`´ʼʻʾʿ‛"“”„«»]/g;
const SEMITIC = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
/** Abugidas, whose inherent vowel any-ascii leaves out. */
const ABUGIDA =
  /[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const INDIC =
  /[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]/u;
const HAN = /\p{Script=Han}/u;
const RUN = /[\p{L}\p{M}\p{N}]+/gu;
const ASCII_RUN = /[a-z0-9]+/gi;
const HARAKAT = /[\u064B-\u065F\u0670\u0640\u200c-\u200f\u0591-\u05c7]/g;

/** Abd and what follows are one word; Abu is one of its own. */
const SERVANT = /(?<!\p{L})عبد(?:\s+ال|\s+|ال)(?=\p{L})/gu;
const FATHER = /(?<!\p{L})[اأ]بو(?:\s?ال)?(?=\p{L}{3})/gu;

const ARABIC_WORDS: Readonly<Record<string, string>> = {
  بن: 'bin',
  ابن: 'bin',
  بنت: 'bint',
  ابو: 'abu',
  أبو: 'abu',
  ابی: 'abu',
  أبي: 'abu',
  بو: 'abu',
  أم: 'umm',
  ام: 'umm',
  سید: 'sayyid',
  سيد: 'sayyid',
  السيد: 'sayyid',
  حاج: 'haji',
  حاجی: 'haji',
  حاجي: 'haji',
  الحاج: 'haji',
  شیخ: 'shaykh',
  شيخ: 'shaykh',
  الشيخ: 'shaykh',
  ملا: 'mullah',
  مولوی: 'mawlawi',
  مولوي: 'mawlawi',
  ولد: 'ould',
  دکتر: 'doctor',
  آل: 'al',
  ال: 'al',
  بر: 'bar',
  בן: 'ben',
  בר: 'bar',
  בת: 'bat',
};

/** Splits a name in any script into words in Latin letters. Deterministic: NFKC, any-ascii, and the tables beside. */
export const wordsOf = (name: string, dotted: 'initials' | 'acronym'): Word[] => {
  const ascii = isAscii(name);
  let text = (ascii ? name : name.normalize('NFKC').replace(HARAKAT, ''))
    .replace(APOSTROPHES, '')
    .replace(/&/g, ' and ');
  if (dotted === 'acronym' && (text.includes('.') || text.includes('/'))) {
    text = text.replace(
      /(?<![\p{L}\p{N}])(?:\p{L}\.\s?){2,}\p{L}?(?![\p{L}\p{N}])/gu,
      (run) => `${run.replace(/[.\s]/g, '')} `,
    );
    text = text.replace(/(?<=\p{L})\/(?=\p{L}(?!\p{L}))/gu, '');
  }
  if (ascii) return (text.match(ASCII_RUN) ?? []).map(latin);
  if (SEMITIC.test(text)) text = text.replace(SERVANT, 'عبد').replace(FATHER, 'أبو ');
  const words: Word[] = [];
  for (const [run] of text.matchAll(RUN)) {
    if (isAscii(run)) words.push(latin(run));
    else if (SEMITIC.test(run)) words.push(...semitic(run));
    else pushForeign(run, words);
  }
  return words;
};

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
const latin = (text: string): Word => ({ text: text.toLowerCase(), mode: 'latin' });

const pushForeign = (run: string, words: Word[]): void => {
  const letters = [...run];
  if (letters.every(isHangul)) {
    letters.forEach((letter, at) => {
      const ascii = plain(anyAscii(letter));
      words.push({ text: ascii, mode: 'korean', syllable: hangulKey(letter, at === 0) });
    });
    return;
  }
  if (HAN.test(run) || letters.some(isHangul)) {
    for (const letter of letters) pushPlain(letter, 'pinyin', words);
    return;
  }
  if (INDIC.test(run)) pushIndic(run, words);
  else pushPlain(run, ABUGIDA.test(run) ? 'consonants' : 'latin', words);
};

/** Indic scripts write all vowels but a short a. */
const pushIndic = (run: string, words: Word[]): void => {
  const text = plain(anyAscii(run));
  if (text === '') return;
  const numbered = /[0-9]/.test(text);
  words.push({ text, mode: 'consonants', ...(numbered ? {} : { vocals: skeletonsIn(text, true) }) });
};

const pushPlain = (run: string, mode: WordMode, words: Word[]): void => {
  const ascii = plain(anyAscii(run));
  if (ascii !== '') words.push({ text: ascii, mode });
};

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const semitic = (run: string): Word[] => {
  const known = ARABIC_WORDS[run];
  if (known !== undefined) return [{ text: known, mode: 'latin' }];
  const ascii = plain(anyAscii(run));
  if (/^[0-9]+$/.test(ascii)) return [{ text: ascii, mode: 'latin' }];
  const bare = run.replace(/(?<=.{2})الله$/, 'له').replace(/(?<=.{2})الد(?=ین$|ين$)/, 'د');
  const stem = bare.length > 4 && /^ال/.test(bare) && bare !== 'الله' ? bare.slice(2) : bare;
  const vocals = vocalsOf(stem);
  if (vocals.length === 0) return ascii === '' ? [] : [{ text: ascii, mode: 'latin' }];
  return [{ text: ascii === '' ? (vocals[0] ?? '') : ascii, mode: 'consonants', vocals }];
};

/** What two neighbouring words are as one. */
export const joinWords = (first: Word, second: Word): Word | undefined => {
  if (first.mode === 'korean' || second.mode === 'korean') {
    if (first.syllable === undefined || second.syllable === undefined) return undefined;
    return {
      text: first.text + second.text,
      mode: 'korean',
      syllable: `${first.syllable}-${second.syllable}`,
    };
  }
  const text = first.text + second.text;
  if (first.mode === second.mode && first.mode !== 'consonants') return { text, mode: first.mode };
  const left = first.vocals ?? [skeletonOf(first.text)];
  const right = second.vocals ?? [skeletonOf(second.text)];
  if (left.length === 0 || right.length === 0) return undefined;
  return { text, mode: 'consonants', vocals: joinVocals(left, right) };
};
