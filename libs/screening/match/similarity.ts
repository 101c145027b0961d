import { type AlignmentRule } from '../types.js';
import { EVIDENCE, SIMILARITY } from '../weights.js';
import { editDistance, lettersOf, lettersRoom, soundDistance } from './edit-distance.js';
import { ROOTS } from '../tables/words.js';
import { hasVowels } from '../text/semitic.js';
import { servedOf, type Term } from './term.js';

/**
 * A rule, a similarity and how much the match tells, in one integer: `evidence * 131072 + rule * 16384 + similarity`;
 * 0 is no match. Evidence is 0 to 100: two words of one letter tell nearly nothing though they are equal.
 */
export type Affinity = number;

export const RULES: readonly AlignmentRule[] = [
  'exact',
  'spelling',
  'sound',
  'consonants',
  'variant',
  'initial',
  'typo',
  'legal-form',
];
const RULE_BITS = 14;
const TOLD_BITS = 17;
const RULE = 2 ** RULE_BITS;
const TOLD = 2 ** TOLD_BITS;
const affinity = (rule: AlignmentRule, similarity: number, evidence: number): Affinity =>
  Math.max(0, evidence) * TOLD + RULES.indexOf(rule) * RULE + similarity;

export const similarityOf = (value: Affinity): number => value & (RULE - 1);
export const ruleOf = (value: Affinity): AlignmentRule =>
  RULES[(value & (TOLD - 1)) >>> RULE_BITS] ?? 'exact';
/** More than by ear or but for a typo: the same word, a form of it, or all that another script writes of it. */
export const isSure = (value: Affinity): boolean => {
  const rule = ruleOf(value);
  return (rule !== 'sound' && rule !== 'typo') || similarityOf(value) >= SIMILARITY.korean;
};
export const evidenceOf = (value: Affinity): number => value >>> TOLD_BITS;

const told = (a: Term, b: Term, table: readonly number[] = EVIDENCE.letters): number =>
  table[Math.min(a.text.length, b.text.length, table.length - 1)] ?? 0;
/** A bare initial and a word that begins with it. */
export const INITIAL_AFFINITY = affinity('initial', SIMILARITY.initial, EVIDENCE.initial);

export const SHORTEST_TYPO = 4;
export const SHORTEST_JOINED_TYPO = 7;
/** One edit of the word as written, where it changes more of the fold: Mushin, Muhsin. */
export const SHORTEST_RAW_TYPO = 5;
export const SHORTEST_TWO_TYPOS = 7;
export const SHORTEST_LOOSE_BONES = 5;

/** How alike two terms are. Symmetric; everything in it is found by the keys of `term-keys.ts` too. */
export const compareTerms = (a: Term, b: Term): Affinity => {
  const found = closest(a, b);
  if (found === 0 || !(a.joined || b.joined)) return found;
  return Math.max(0, found - SIMILARITY.joined);
};

const closest = (a: Term, b: Term): Affinity => {
  if (a.isForm || b.isForm) return a.text === b.text ? affinity('legal-form', SIMILARITY.exact, 0) : 0;
  if (a.mode === 'korean' || b.mode === 'korean') return asSyllables(a, b);
  if (a.mode === 'consonants' || b.mode === 'consonants') return asConsonants(a, b);
  if (a.text === b.text) return affinity('exact', SIMILARITY.exact, told(a, b));
  if (a.mode === 'pinyin' || b.mode === 'pinyin') return 0;
  if (isNumber(a.text) || isNumber(b.text))
    return shares(a.groups, b.groups) ? affinity('variant', SIMILARITY.variant, told(a, b)) : 0;
  if (a.text.length === 1 || b.text.length === 1) return asInitial(a, b);
  if (a.fold === b.fold) return affinity('spelling', SIMILARITY.spelling, told(a, b));
  const group = shared(a.groups, b.groups);
  if (group !== undefined)
    return affinity('variant', group < ROOTS ? SIMILARITY.variant : SIMILARITY.root, told(a, b));
  if (servedOf(a.fold) === servedOf(b.fold))
    return affinity('variant', SIMILARITY.served, told(a, b) - EVIDENCE.typo);
  const typo = asTypo(a, b);
  const sound = asSound(a, b);
  return similarityOf(sound) > similarityOf(typo) ? sound : typo;
};

/** Words that begin with a digit are told apart by what they are, not by how they look. */
const isNumber = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return code >= 48 && code <= 57;
};

const shares = (a: readonly (string | number)[], b: readonly (string | number)[]): boolean => {
  if (b.length === 0) return false;
  for (const each of a) if (b.includes(each)) return true;
  return false;
};

/** The first group that both are of; those of roots come last. */
const shared = (a: readonly number[], b: readonly number[]): number | undefined =>
  b.length === 0 ? undefined : a.find((each) => b.includes(each));

const asSyllables = (a: Term, b: Term): Affinity => {
  if (a.mode === b.mode && a.text === b.text)
    return affinity('exact', SIMILARITY.exact, EVIDENCE.syllable * (a.joined ? 2 : 1));
  return shares(a.syllables, b.syllables) ? affinity('sound', SIMILARITY.korean, EVIDENCE.syllable) : 0;
};

const asConsonants = (a: Term, b: Term): Affinity => {
  if (a.joined && b.joined) return 0;
  if (a.mode === b.mode && a.text === b.text) return affinity('exact', SIMILARITY.exact, told(a, b));
  if (a.mode === b.mode && editDistance(a.text, b.text, 1) > 1) return 0;
  let equal = 0;
  let loose = 0;
  for (const one of a.skeletons)
    for (const other of b.skeletons) {
      const shorter = Math.min(one.length, other.length);
      if (one === other) equal = Math.max(equal, shorter);
      else if (
        !a.joined &&
        !b.joined &&
        shorter >= SHORTEST_LOOSE_BONES &&
        one[0] === other[0] &&
        editDistance(one, other, 1) === 1
      )
        loose = Math.max(loose, shorter);
    }
  const table = EVIDENCE.consonants;
  const written = equal === 0 ? 0 : sung(a, b);
  if (equal > 0 && written > 0)
    return affinity(
      'consonants',
      consonants(Math.max(equal, Math.min(written, 3))),
      table[Math.min(written, table.length - 1)] ?? 0,
    );
  const evidence = table[Math.min(equal === 0 ? loose - 1 : equal, table.length - 1)] ?? 0;
  if (equal > 0)
    return affinity(
      'consonants',
      Math.min(SIMILARITY.otherVowels, consonants(equal)),
      evidence - EVIDENCE.sound,
    );
  return loose > 0 ? affinity('consonants', SIMILARITY.looseConsonants, evidence) : 0;
};

/** Two long vowels tell as much as a consonant. */
const lettersIn = (vocal: string): number => {
  let halves = 0;
  for (let at = 0; at < vocal.length; at += 1) halves += vocal.charCodeAt(at) < LETTERS_FROM ? 1 : 2;
  return halves >> 1;
};
const LETTERS_FROM = 'A'.charCodeAt(0);

/**
 * The most letters, long vowels that are written among them, that both may have been written with; 0: the vowels of one script are
 * not those of the other.
 */
const sung = (a: Term, b: Term): number => {
  let most = 0;
  for (const one of a.vocals)
    for (const other of b.vocals) {
      const same =
        a.mode === b.mode
          ? one === other
          : a.mode === 'latin'
            ? hasVowels(one, other)
            : hasVowels(other, one);
      if (same) most = Math.max(most, lettersIn(a.mode === 'latin' ? other : one));
    }
  return most;
};

const consonants = (length: number): number =>
  SIMILARITY.consonants[Math.min(length, SIMILARITY.consonants.length - 1)] ?? 0;

const asInitial = (a: Term, b: Term): Affinity =>
  a.text[0] === b.text[0] && !a.joined && !b.joined ? INITIAL_AFFINITY : 0;

const asTypo = (a: Term, b: Term): Affinity => {
  const shorter = Math.min(a.fold.length, b.fold.length);
  const joined = a.joined || b.joined;
  if (shorter < (joined ? SHORTEST_JOINED_TYPO : SHORTEST_TYPO)) return 0;
  const limit = shorter >= SHORTEST_TWO_TYPOS && !joined ? 2 : 1;
  let distance = editDistance(a.fold, b.fold, limit);
  if (distance > 1 && !joined && Math.min(a.text.length, b.text.length) >= SHORTEST_RAW_TYPO)
    distance = editDistance(a.text, b.text, 1) === 1 ? 1 : distance;
  if (distance > limit) return 0;
  const onset = a.fold[0] === b.fold[0] ? 0 : SIMILARITY.otherOnset;
  const similarity =
    distance === 1
      ? (SIMILARITY.typo[Math.min(shorter, SIMILARITY.typo.length - 1)] ?? 0)
      : SIMILARITY.twoTypos;
  return affinity('typo', similarity - onset, told(a, b) - EVIDENCE.typo);
};

/** The farthest that words may sound from one another, in tenths, by the length of the shorter fold. */
export const soundBudget = (shorter: number): number =>
  SIMILARITY.soundBudget[Math.min(shorter, SIMILARITY.soundBudget.length - 1)] ?? 0;

/** Two words as one are the same letters cut elsewhere: no more than two of their vowels may differ. */
const JOINED_BUDGET = 10;
const FARTHEST = Math.max(...SIMILARITY.soundBudget);
const ONE = lettersRoom();
const OTHER = lettersRoom();

/** Words that sound alike: Zuheir and Zuhair, Khadim and Kadem, but not Mir and Omar. */
const asSound = (a: Term, b: Term): Affinity => {
  if (!shares(a.coarse, b.coarse)) return 0;
  const shorter = Math.min(a.fold.length, b.fold.length);
  const budget = Math.min(soundBudget(shorter), a.joined || b.joined ? JOINED_BUDGET : FARTHEST);
  const [one, other] = [lettersOf(a.fold, ONE), lettersOf(b.fold, OTHER)];
  const cost = soundDistance(one, 0, a.fold.length, other, 0, b.fold.length, budget);
  return cost > budget
    ? 0
    : affinity(
        'sound',
        SIMILARITY.sound - Math.floor((SIMILARITY.soundStep * cost) / shorter),
        told(a, b) - EVIDENCE.sound,
      );
};
