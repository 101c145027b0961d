import { compareTerms, type Affinity } from '../match/similarity.js';
import { type Term, termIdentity } from '../match/term.js';
import { type IndexData } from './layout.js';
import { unpackTerm } from './pack-term.js';
import { probesOf } from './term-keys.js';

/** The terms of an index that are like one term. */
export interface Found {
  readonly terms: Uint32Array;
  readonly affinities: Uint32Array;
  /** How many postings these terms have: what it costs to read them. */
  readonly postings: number;
}

const MOST_REMEMBERED = 20_000;
const MOST_UNPACKED = 60_000;

/** Finds all terms that `compareTerms` finds alike. Words of names repeat, so what was found is remembered. */
export class Neighbours {
  private readonly remembered = new Map<string, Found>();
  private unpacked: (Term | undefined)[] = [];
  private unpackedCount = 0;
  private readonly seen: Uint32Array;
  private turn = 0;
  private readonly bytes: Buffer;

  constructor(private readonly data: IndexData) {
    this.seen = new Uint32Array(data.termLetters.length);
    this.bytes = Buffer.from(data.termBytes.buffer, data.termBytes.byteOffset, data.termBytes.byteLength);
  }

  of(term: Term): Found {
    const identity = termIdentity(term);
    const known = this.remembered.get(identity);
    if (known !== undefined) return known;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    const found = this.find(term);
    this.remembered.set(identity, found);
    return found;
  }

  private find(term: Term): Found {
    const { keyTerms, postingStarts } = this.data;
    const terms: number[] = [];
    const affinities: Affinity[] = [];
    let postings = 0;
    this.turn += 1;
    for (const hash of probesOf(term)) {
      let at = this.firstOf(hash);
      for (; this.data.keyHashes[at] === hash; at += 1) {
        const id = keyTerms[at] ?? 0;
        if (this.seen[id] === this.turn) continue;
        this.seen[id] = this.turn;
        const found = compareTerms(term, this.term(id));
        if (found === 0) continue;
        terms.push(id);
        affinities.push(found);
        postings += (postingStarts[id + 1] ?? 0) - (postingStarts[id] ?? 0);
      }
    }
    return { terms: Uint32Array.from(terms), affinities: Uint32Array.from(affinities), postings };
  }

  private firstOf(hash: number): number {
    const { keyHashes, keyBuckets } = this.data;
    let low = keyBuckets[hash >>> 16] ?? 0;
    let high = keyBuckets[(hash >>> 16) + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keyHashes[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private term(id: number): Term {
    const known = this.unpacked[id];
    if (known !== undefined) return known;
    if (this.unpackedCount >= MOST_UNPACKED) {
      this.unpacked = [];
      this.unpackedCount = 0;
    }
    const { termStarts } = this.data;
    const term = unpackTerm(this.bytes.toString('latin1', termStarts[id] ?? 0, termStarts[id + 1] ?? 0));
    this.unpacked[id] = term;
    this.unpackedCount += 1;
    return term;
  }
}
