import { coarseOf, foldOf, skeletonOf } from '../text/fold.js';
import { koreanKeys } from '../text/hangul.js';
import { type Word, type WordMode } from '../text/words.js';
import { groupsOf } from '../tables/words.js';

/** A word, or two neighbours as one, with the keys it is compared by. */
export interface Term {
  readonly text: string;
  readonly mode: WordMode;
  /** Two words of the name as one. */
  readonly joined: boolean;
  /** Legal forms are compared by class alone; their text is `§` and the class. */
  readonly fold: string;
  readonly skeletons: readonly string[];
  /** Consonant classes of the fold; none where sounds are not compared. */
  readonly coarse: readonly string[];
  /** Keys as Korean syllables. */
  readonly syllables: readonly string[];
  readonly groups: readonly number[];
}

/** Folds shorter than this are not compared by sound. */
const SHORTEST_SOUND = 2;
const SHORTEST_JOINED_SOUND = 7;
const EMPTY: readonly never[] = [];
export const FORM_MARK = '§';

const MOST_REMEMBERED = 50_000;
const remembered = new Map<string, Term>();

/** The term of a word; words repeat, so terms are remembered. */
export const termOf = (word: Word, joined: boolean): Term => {
  if (word.mode !== 'latin') return makeTerm(word, joined);
  const key = joined ? `+${word.text}` : word.text;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const term = makeTerm(word, joined);
  remembered.set(key, term);
  return term;
};

const makeTerm = (word: Word, joined: boolean): Term => {
  const { text, mode } = word;
  if (text.startsWith(FORM_MARK))
    return { text, mode, joined, fold: '', coarse: EMPTY, skeletons: EMPTY, syllables: EMPTY, groups: EMPTY };
  const plain = mode === 'latin';
  const fold = mode === 'consonants' ? '' : foldOf(text);
  return {
    text,
    mode,
    joined,
    fold,
    coarse:
      plain && fold.length >= (joined ? SHORTEST_JOINED_SOUND : SHORTEST_SOUND) && !/[0-9]/.test(text)
        ? coarseOf(fold)
        : EMPTY,
    skeletons:
      word.skeletons ?? (mode === 'korean' || mode === 'pinyin' || /[0-9]/.test(text) ? EMPTY : bones(text)),
    syllables: word.syllable !== undefined ? [word.syllable] : plain && !joined ? koreanKeys(text) : EMPTY,
    groups: plain && !joined ? groupsOf(text) : EMPTY,
  };
};

/** The fold without the servant of Abd-: Hanif of Abdul Hanif. */
export const servedOf = (fold: string): string =>
  fold.length >= 7 && fold.startsWith('abdu') ? fold.slice(4) : fold;

const bones = (text: string): string[] => [skeletonOf(text)].filter((each) => each !== '');

/** Tells terms apart that are compared differently. */
export const termIdentity = (term: Term): string =>
  term.mode === 'latin'
    ? (term.joined ? '+' : '') + term.text
    : `${term.joined ? '+' : ''}${term.text}/${term.mode === 'korean' ? term.syllables.join('|') : term.skeletons.join('|')}`;
