import { type Term } from '../match/term.js';
import { letterBits } from '../text/fold.js';
import { GrowingBytes, GrowingUint32, GrowingUint8 } from './growing.js';
import { type HashTable, hashTable } from './hash-table.js';
import { type IndexData, MOST_TERMS } from './layout.js';
import { foldOffset, packedIdentity, packTerm } from './pack-term.js';
import { addKeys } from './term-keys.js';

const LONGEST_FOLD = 255;

/** The terms of an index in the making, numbered as they come; those of an index before are taken over with their keys. */
export class TermTable {
  private readonly ids = new Map<string, number>();
  private readonly packed = new GrowingBytes();
  private readonly foldOffsets = new GrowingUint32();
  private readonly foldLengths = new GrowingUint8();
  private readonly foldLetters = new GrowingUint32();
  private readonly letters = new GrowingUint8();
  private readonly keyHashes = new GrowingUint32();
  private readonly keyTerms = new GrowingUint32();
  private readonly previousBytes: Buffer;
  /** By number in the index before: the number here and one more; 0: not met yet. */
  private readonly taken: Uint32Array;
  /** The same of those whose keys are to be taken over: who was met here first has its keys already. */
  private readonly withKeys: Uint32Array;

  constructor(private readonly previous?: IndexData) {
    const terms = previous?.termLetters.length ?? 0;
    this.taken = new Uint32Array(terms);
    this.withKeys = new Uint32Array(terms);
    const { buffer, byteOffset, byteLength } = previous?.termBytes ?? new Uint8Array(0);
    this.previousBytes = Buffer.from(buffer, byteOffset, byteLength);
  }

  get size(): number {
    return this.ids.size;
  }

  idOf(term: Term): number {
    const known = this.ids.get(term.identity);
    if (known !== undefined) return known;
    const id = this.ids.size;
    if (id === MOST_TERMS) throw new RangeError('screening: the index has no room for more terms');
    this.ids.set(term.identity, id);
    this.packed.push(packTerm(term), 'latin1');
    this.foldOffsets.push(foldOffset(term));
    this.foldLengths.push(Math.min(term.fold.length, LONGEST_FOLD));
    this.foldLetters.push(letterBits(term.fold));
    this.letters.push(wordLetter(term));
    addKeys(term, this.keyHashes);
    while (this.keyTerms.length < this.keyHashes.length) this.keyTerms.push(id);
    return id;
  }

  /** The number of a term of the index before. */
  take(old: number): number {
    const taken = this.taken[old] ?? 0;
    if (taken !== 0) return taken - 1;
    const { previous, previousBytes } = this;
    if (previous === undefined) throw new RangeError('screening: there is no index before');
    const start = previous.termStarts[old] ?? 0;
    const end = previous.termStarts[old + 1] ?? 0;
    const identity = packedIdentity(previousBytes, start, end);
    let id = this.ids.get(identity);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(identity, id);
      this.packed.pushBytes(previousBytes.subarray(start, end));
      this.foldOffsets.push((previous.foldStarts[old] ?? 0) - start);
      this.foldLengths.push(previous.foldLengths[old] ?? 0);
      this.foldLetters.push(previous.foldLetters[old] ?? 0);
      this.letters.push(previous.termLetters[old] ?? 0);
      this.withKeys[old] = id + 1;
    }
    this.taken[old] = id + 1;
    return id;
  }

  finish(): {
    bytes: Uint8Array;
    starts: Uint32Array;
    foldStarts: Uint32Array;
    foldLengths: Uint8Array;
    foldLetters: Uint32Array;
    letters: Uint8Array;
    keys: HashTable;
  } {
    this.takeKeys();
    const { bytes, starts } = this.packed.finish();
    const foldStarts = this.foldOffsets.view();
    for (let id = 0; id < foldStarts.length; id += 1)
      foldStarts[id] = (foldStarts[id] ?? 0) + (starts[id] ?? 0);
    return {
      bytes,
      starts,
      foldStarts,
      foldLengths: this.foldLengths.view(),
      foldLetters: this.foldLetters.view(),
      letters: this.letters.view(),
      keys: hashTable(this.keyHashes.view(), this.keyTerms.view()),
    };
  }

  private takeKeys(): void {
    if (this.previous === undefined) return;
    const { pairs } = this.previous.keys;
    for (let at = 0; at < pairs.length; at += 2) {
      const id = this.withKeys[pairs[at + 1] ?? 0] ?? 0;
      if (id === 0) continue;
      this.keyHashes.push(pairs[at] ?? 0);
      this.keyTerms.push(id - 1);
    }
  }
}

const wordLetter = ({ text, mode, joined }: Term): number =>
  mode === 'latin' && !joined && /^[a-z0-9]{2,}$/.test(text) && !/^[0-9]+$/.test(text)
    ? text.charCodeAt(0)
    : 0;
