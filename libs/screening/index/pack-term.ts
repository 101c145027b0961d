import { Term } from '../match/term.js';
import { type WordMode } from '../text/words.js';

const MODES: readonly WordMode[] = ['latin', 'consonants', 'korean', 'pinyin'];
const FIELD = '\n';
const ITEM = '|';
const FLAGS = 2;
const FIELD_CODE = FIELD.charCodeAt(0);
const LATIN_CODE = '0'.charCodeAt(0);
const JOINED_CODE = '1'.charCodeAt(0);

/** A term as one line of latin1 fields: flags, text, fold, coarse, skeletons, syllables, groups, vocals. */
export const packTerm = (term: Term): string =>
  `${MODES.indexOf(term.mode)}${term.joined ? 1 : 0}${FIELD}${term.text}${FIELD}${term.fold}${FIELD}${term.coarse.join(ITEM)}${FIELD}${term.skeletons.join(ITEM)}${FIELD}${term.syllables.join(ITEM)}${FIELD}${term.groups.join(ITEM)}${FIELD}${term.mode === 'consonants' ? term.vocals.join(ITEM) : ''}`;

/** Where in its packed form a term's fold begins. */
export const foldOffset = (term: Term): number => FLAGS + 1 + term.text.length + 1;

const EMPTY: readonly never[] = [];
const items = (text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? EMPTY : text.split(ITEM);

export const unpackTerm = (packed: string): Term => {
  const [flags = '00', text = '', fold = '', coarse, skeletons, syllables, groups, vocals] =
    packed.split(FIELD);
  return new Term(text, MODES[Number(flags[0])] ?? 'latin', flags[1] === '1', {
    fold,
    coarse: items(coarse),
    skeletons: items(skeletons),
    // A Korean term may be known by an empty syllable key.
    syllables: items(syllables),
    groups: groups === undefined || groups === '' ? EMPTY : groups.split(ITEM).map(Number),
    ...(vocals === undefined || vocals === '' ? {} : { vocals: vocals.split(ITEM) }),
  });
};

/** The identity of the term packed between two places of these bytes, mostly without unpacking it. */
export const packedIdentity = (bytes: Buffer, start: number, end: number): string => {
  if (bytes[start] !== LATIN_CODE) return unpackTerm(bytes.toString('latin1', start, end)).identity;
  const from = start + FLAGS + 1;
  const text = bytes.toString('latin1', from, bytes.indexOf(FIELD_CODE, from));
  return bytes[start + 1] === JOINED_CODE ? `+${text}` : text;
};
