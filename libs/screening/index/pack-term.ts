import { type Term } from '../match/term.js';
import { type WordMode } from '../text/words.js';

const MODES: readonly WordMode[] = ['latin', 'consonants', 'korean', 'pinyin'];
const FIELD = '\n';
const ITEM = '|';

/** A term as one line of latin1 fields: flags, text, fold, coarse, skeletons, syllables, groups. */
export const packTerm = (term: Term): string =>
  [
    `${MODES.indexOf(term.mode)}${term.joined ? 1 : 0}`,
    term.text,
    term.fold,
    term.coarse.join(ITEM),
    term.skeletons.join(ITEM),
    term.syllables.join(ITEM),
    term.groups.join(ITEM),
  ].join(FIELD);

const EMPTY: readonly never[] = [];
const items = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? EMPTY : text.split(ITEM);

export const unpackTerm = (packed: string): Term => {
  const [flags = '00', text = '', fold = '', coarse, skeletons, syllables, groups] = packed.split(FIELD);
  return {
    text,
    mode: MODES[Number(flags[0])] ?? 'latin',
    joined: flags[1] === '1',
    fold,
    coarse: items(coarse),
    skeletons: items(skeletons),
    // A Korean term may be known by an empty syllable key.
    syllables: items(syllables),
    groups: groups === undefined || groups === '' ? EMPTY : groups.split(ITEM).map(Number),
  };
};
