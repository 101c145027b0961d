/**
 * Everything an index holds, in typed arrays over `SharedArrayBuffer`: to hand an index to a worker is to post this
 * object, and no byte is copied. Offsets have one more element than what they delimit.
 */
export interface IndexData {
  readonly matcherVersion: string;
  /** Terms as latin1 bytes: see `packTerm`. */
  readonly termBytes: Uint8Array;
  readonly termStarts: Uint32Array;
  /** The first letter of plain words longer than one; 0 for every other term. */
  readonly termLetters: Uint8Array;
  /** Names that have the term. */
  readonly postings: Uint32Array;
  readonly postingStarts: Uint32Array;
  /** Hashes of keys, ascending, each beside its term. */
  readonly keyHashes: Uint32Array;
  readonly keyTerms: Uint32Array;
  /** Where the hashes begin whose upper 16 bits are the position. */
  readonly keyBuckets: Uint32Array;
  /** Tokens of names. */
  readonly nameStarts: Uint32Array;
  readonly nameEntries: Uint32Array;
  /** Which of the entry's names it is a reading of. */
  readonly nameAliases: Uint32Array;
  readonly nameWeak: Uint8Array;
  readonly tokenTerms: Uint32Array;
  readonly tokenWeights: Uint8Array;
  readonly tokenInitials: Uint8Array;
  /** The term of this token and the next as one, or `NO_TERM`. */
  readonly joinTerms: Uint32Array;
  /** Entries as JSON in UTF-8. */
  readonly entryBytes: Uint8Array;
  readonly entryStarts: Uint32Array;
  readonly entryFirstNames: Uint32Array;
  /** Hashes of identifiers, ascending, each beside its entry. */
  readonly identifierHashes: Uint32Array;
  readonly identifierEntries: Uint32Array;
}

export const NO_TERM = 0xffffffff;

export const sharedUint32 = (values: ArrayLike<number>): Uint32Array => {
  const shared = new Uint32Array(new SharedArrayBuffer(values.length * 4));
  shared.set(values);
  return shared;
};

export const sharedUint8 = (values: ArrayLike<number>): Uint8Array => {
  const shared = new Uint8Array(new SharedArrayBuffer(values.length));
  shared.set(values);
  return shared;
};

/** Memory of an index in bytes. */
export const sizeOf = (data: IndexData): number =>
  Object.values(data).reduce<number>(
    (sum, each: unknown) => sum + (ArrayBuffer.isView(each) ? each.byteLength : 0),
    0,
  );
