import {
  SHORTEST_JOINED_TYPO,
  SHORTEST_LOOSE_BONES,
  SHORTEST_RAW_TYPO,
  SHORTEST_TWO_TYPOS,
  SHORTEST_TYPO,
} from '../match/similarity.js';
import { servedOf, type Term } from '../match/term.js';
import { type GrowingUint32 } from './growing.js';
import { finish, hashOf, hashOn, letterOn, seedOf } from './hash.js';

const KIND = {
  text: 1,
  fold: 2,
  deleted: 3,
  raw: 4,
  coarse: 5,
  group: 6,
  initial: 7,
  // What scripts without letters of their own are compared by: Latin words apart, which among themselves are not.
  bones: 8,
  looseBones: 9,
  syllable: 10,
  lettersBones: 11,
  lettersLooseBones: 12,
  lettersSyllable: 13,
};

/**
 * Hashes that two terms share whenever `compareTerms` finds them alike: equal texts, folds, skeletons, syllables and
 * groups; and for typos what is left after as many deletions as edits are allowed (the symmetric delete method). The
 * one exception is a bare initial in the query, which many words begin with: `NameSearch` reads first letters.
 */
export const addKeys = (term: Term, out: GrowingUint32): void => {
  addWhole(term, out);
  if (term.isForm) return;
  if (term.mode !== 'latin') {
    addBones(term, out, false);
    return;
  }
  addBones(term, out, true);
  if (!term.joined && term.text.length === 1) out.push(hashOf(KIND.initial, term.text));
  addSounds(term, out);
  addTypos(term, out);
};

/** What to look a term up by, but for sounds and typos. */
export const addProbes = (term: Term, out: GrowingUint32): void => {
  addWhole(term, out);
  if (term.isForm) return;
  addBones(term, out, false);
  if (term.mode !== 'latin') addBones(term, out, true);
  else if (!term.joined && term.text.length > 1) out.push(hashOf(KIND.initial, term.text.charAt(0)));
};

const addWhole = (term: Term, out: GrowingUint32): void => {
  const { text, joined } = term;
  out.push(hashOf(KIND.text, text));
  if (term.isForm || term.mode !== 'latin') return;
  const { fold } = term;
  out.push(hashOf(KIND.fold, fold));
  const served = servedOf(fold);
  if (served !== fold) out.push(hashOf(KIND.fold, served));
  for (const each of term.groups) out.push(hashOf(KIND.group, String(each)));
  if (!joined && text.length >= SHORTEST_RAW_TYPO) addDeletions(KIND.raw, text, out);
};

const addBones = (term: Term, out: GrowingUint32, letters: boolean): void => {
  for (const each of term.skeletons) {
    out.push(hashOf(letters ? KIND.lettersBones : KIND.bones, each));
    if (!term.joined && each.length >= SHORTEST_LOOSE_BONES)
      addDeletions(letters ? KIND.lettersLooseBones : KIND.looseBones, each, out);
  }
  for (const each of term.syllables) out.push(hashOf(letters ? KIND.lettersSyllable : KIND.syllable, each));
};

/** Keys of words that may sound alike. */
export const addSounds = (term: Term, out: GrowingUint32): void => {
  for (const each of term.coarse) if (each !== '') out.push(hashOf(KIND.coarse, each));
};

/** Keys of words whose folds may be typos of one another, hence differ in length by at most `MOST_TYPOS`. */
export const addTypos = (term: Term, out: GrowingUint32): void => {
  if (term.mode !== 'latin' || term.isForm) return;
  const { fold, joined } = term;
  if (fold.length >= (joined ? SHORTEST_JOINED_TYPO : SHORTEST_TYPO)) addDeletions(KIND.deleted, fold, out);
  if (!joined && fold.length >= SHORTEST_TWO_TYPOS) addTwoDeletions(KIND.deleted, fold, out);
};

export const MOST_TYPOS = 2;

/** The text, and the text without each of its letters; of a double letter the first. */
const addDeletions = (kind: number, text: string, out: GrowingUint32): void => {
  let before = seedOf(kind);
  for (let at = 0; at < text.length; at += 1) {
    if (at === 0 || text.charCodeAt(at) !== text.charCodeAt(at - 1))
      out.push(finish(hashOn(before, text, at + 1)));
    before = letterOn(before, text, at);
  }
  out.push(finish(before));
};

const addTwoDeletions = (kind: number, text: string, out: GrowingUint32): void => {
  let before = seedOf(kind);
  for (let at = 0; at < text.length; at += 1) {
    let between = before;
    for (let too = at + 1; too < text.length; too += 1) {
      out.push(finish(hashOn(between, text, too + 1)));
      between = letterOn(between, text, too);
    }
    before = letterOn(before, text, at);
  }
};
