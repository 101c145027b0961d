import {
  SHORTEST_JOINED_TYPO,
  SHORTEST_LOOSE_BONES,
  SHORTEST_RAW_TYPO,
  SHORTEST_TWO_TYPOS,
  SHORTEST_TYPO,
} from '../match/similarity.js';
import { FORM_MARK, servedOf, type Term } from '../match/term.js';
import { hashOf, hashWithout } from './hash.js';

const KIND = {
  text: 1,
  fold: 2,
  deleted: 3,
  raw: 4,
  bones: 5,
  looseBones: 6,
  coarse: 7,
  syllable: 8,
  group: 9,
  initial: 10,
  served: 11,
};

/**
 * Hashes that two terms share whenever `compareTerms` finds them alike: equal texts, folds, skeletons, syllables and
 * groups; and for typos what is left after as many deletions as edits are allowed (the symmetric delete method). The
 * one exception is a bare initial in the query, which many words begin with: `ScreeningIndex` reads first letters.
 */
export const keysOf = (term: Term): number[] => {
  const keys = new Set<number>([hashOf(KIND.text, term.text)]);
  const { text, fold, joined } = term;
  if (text.startsWith(FORM_MARK)) return [...keys];
  for (const each of term.skeletons) {
    keys.add(hashOf(KIND.bones, each));
    if (!joined && each.length >= SHORTEST_LOOSE_BONES) addDeletions(keys, KIND.looseBones, each);
  }
  for (const each of term.syllables) keys.add(hashOf(KIND.syllable, each));
  for (const each of term.groups) keys.add(hashOf(KIND.group, String(each)));
  if (term.mode !== 'latin') return [...keys];
  keys.add(hashOf(KIND.fold, fold));
  keys.add(hashOf(KIND.served, servedOf(fold)));
  for (const each of term.coarse) if (each !== '') keys.add(hashOf(KIND.coarse, each));
  if (!joined && text.length === 1) keys.add(hashOf(KIND.initial, text));
  if (fold.length >= (joined ? SHORTEST_JOINED_TYPO : SHORTEST_TYPO)) addDeletions(keys, KIND.deleted, fold);
  if (!joined && fold.length >= SHORTEST_TWO_TYPOS) addTwoDeletions(keys, fold);
  if (!joined && text.length >= SHORTEST_RAW_TYPO) addDeletions(keys, KIND.raw, text);
  return [...keys];
};

/** What to look a term up by: its keys, and the bare initials that may stand for it. */
export const probesOf = (term: Term): number[] => {
  const keys = keysOf(term);
  if (term.mode === 'latin' && !term.joined && term.text.length > 1 && !term.text.startsWith(FORM_MARK))
    keys.push(hashOf(KIND.initial, term.text[0] ?? ''));
  return keys;
};

const addDeletions = (keys: Set<number>, kind: number, text: string): void => {
  keys.add(hashOf(kind, text));
  for (let at = 0; at < text.length; at += 1) keys.add(hashWithout(kind, text, at));
};

const addTwoDeletions = (keys: Set<number>, text: string): void => {
  for (let at = 0; at < text.length; at += 1)
    for (let too = at + 1; too < text.length; too += 1) keys.add(hashWithout(KIND.deleted, text, at, too));
};
