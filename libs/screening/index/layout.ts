import { type HashTable } from './hash-table.js';

/** Entries that came together, such as an edition of a list: a next index may take them over as they are. */
export interface IndexPart {
  readonly name: string;
  readonly version: string;
}

export interface PlacedPart extends IndexPart {
  readonly firstEntry: number;
  readonly entries: number;
}

/**
 * Everything an index holds, in typed arrays over `SharedArrayBuffer`: to hand an index to a worker is to post this
 * object, and no byte is copied. Offsets have one more element than what they delimit.
 */
export interface IndexData {
  readonly matcherVersion: string;
  readonly parts: readonly PlacedPart[];
  /** Terms as latin1 bytes: see `packTerm`. */
  readonly termBytes: Uint8Array;
  readonly termStarts: Uint32Array;
  /** Where in `termBytes` a term's fold begins, and its length, at most 255. */
  readonly foldStarts: Uint32Array;
  readonly foldLengths: Uint8Array;
  /** `letterBits` of folds. */
  readonly foldLetters: Uint32Array;
  /** The first letter of plain words longer than one; 0 for every other term. */
  readonly termLetters: Uint8Array;
  /** Names that have the term. */
  readonly postings: Uint32Array;
  readonly postingStarts: Uint32Array;
  /** Terms by the hashes of their keys. */
  readonly keys: HashTable;
  /** Tokens of names. */
  readonly nameStarts: Uint32Array;
  readonly nameEntries: Uint32Array;
  /** Which of the entry's names it is a reading of. */
  readonly nameAliases: Uint32Array;
  readonly nameWeak: Uint8Array;
  /** Two numbers for each token: its term beside its weight, whether it is an initial, and whether the name keeps it (`packToken`), and the term of it and the next token as one, or `NO_TERM`. */
  readonly tokens: Uint32Array;
  /** Entries as JSON in UTF-8. */
  readonly entryBytes: Uint8Array;
  readonly entryStarts: Uint32Array;
  readonly entryFirstNames: Uint32Array;
  /** Entries by the hashes of their identifiers. */
  readonly identifiers: HashTable;
}

export const NO_TERM = 0xffffffff;

/** What is known of a word of a name beside its term. */
export interface TokenTraits {
  readonly weight: number;
  readonly initial: boolean;
  readonly kept: boolean;
}

const TERM_BITS = 23;
const KEPT = 2 ** 30;
const INITIAL = 2 ** 31;
/** More terms would leave no room for their weights: many times what all lists have. */
export const MOST_TERMS = 2 ** TERM_BITS;

/** `weight`: 0 to 127. */
export const packToken = (term: number, { weight, initial, kept }: TokenTraits): number =>
  (initial ? INITIAL : 0) + (kept ? KEPT : 0) + weight * MOST_TERMS + term;
/** The same word of a name by another number of its term. */
export const withTerm = (token: number, term: number): number => token - termIn(token) + term;
export const termIn = (token: number): number => token & (MOST_TERMS - 1);
export const weightIn = (token: number): number => (token >>> TERM_BITS) & 127;
export const isKept = (token: number): boolean => (token & KEPT) !== 0;
export const isInitial = (token: number): boolean => token >= INITIAL;

/** A copy that threads share. */
export const shared = <Values extends Uint8Array | Uint32Array>(values: Values): Values => {
  const Type = values.constructor as new (buffer: SharedArrayBuffer) => Values;
  const copy = new Type(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
};

/** All arrays of an index. */
export const arraysOf = (data: IndexData): readonly (Uint8Array | Uint32Array)[] => {
  const fields: readonly unknown[] = [data, data.keys, data.identifiers].flatMap(
    (each: object) => Object.values(each) as unknown[],
  );
  return fields.filter(
    (each): each is Uint8Array | Uint32Array => each instanceof Uint8Array || each instanceof Uint32Array,
  );
};

/** Memory of an index in bytes. */
export const sizeOf = (data: IndexData): number =>
  arraysOf(data).reduce((sum, { byteLength }) => sum + byteLength, 0);
