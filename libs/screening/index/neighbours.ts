import { lettersOf, lettersRoom, mayRhyme, soundDistance } from '../match/edit-distance.js';
import { type Affinity, compareTerms, evidenceOf, soundBudget } from '../match/similarity.js';
import { type Term } from '../match/term.js';
import { letterBits } from '../text/fold.js';
import { GrowingUint32 } from './growing.js';
import { bucketShift } from './hash-table.js';
import { type IndexData } from './layout.js';
import { unpackTerm } from './pack-term.js';
import { addProbes, addSounds, addTypos, MOST_TYPOS } from './term-keys.js';

/** The terms of an index that are like one term. */
export interface Found {
  readonly terms: readonly number[];
  readonly affinities: readonly Affinity[];
  /** How many postings these terms have: what it costs to read them. */
  readonly postings: number;
  /** The most that any of them tells. */
  readonly evidence: number;
}

/** What the keys at hand are of: everything else, sounds, or typos. */
const ANY = 0;
const SOUND = 1;
const TYPO = 2;
type Rule = typeof ANY | typeof SOUND | typeof TYPO;

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
  private readonly shift: number;
  private readonly probes = new GrowingUint32();
  private readonly letters = lettersRoom();
  private bits = 0;
  /** What the term at hand is like, so far. */
  private terms: number[] = [];
  private affinities: Affinity[] = [];
  private postings = 0;

  constructor(private readonly data: IndexData) {
    this.seen = new Uint32Array(data.termLetters.length);
    this.bytes = Buffer.from(data.termBytes.buffer, data.termBytes.byteOffset, data.termBytes.byteLength);
    this.shift = bucketShift(data.keys);
  }

  of(term: Term): Found {
    const known = this.remembered.get(term.identity);
    if (known !== undefined) return known;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    const found = this.find(term);
    this.remembered.set(term.identity, found);
    return found;
  }

  /**
   * Terms found by the keys of sounds or typos are many and seldom alike, so the cheap part of either rule is tried on them before
   * they are compared. What one rule rejects another may still take: a term is done with once it was compared.
   */
  private find(term: Term): Found {
    this.terms = [];
    this.affinities = [];
    this.postings = 0;
    this.turn += 1;
    this.probes.length = 0;
    addProbes(term, this.probes);
    this.probe(term, ANY);
    this.probes.length = 0;
    addSounds(term, this.probes);
    this.probe(term, SOUND);
    this.probes.length = 0;
    addTypos(term, this.probes);
    this.probe(term, TYPO);
    const { terms, affinities, postings } = this;
    return {
      terms,
      affinities,
      postings,
      evidence: affinities.reduce((most, each) => Math.max(most, evidenceOf(each)), 0),
    };
  }

  private probe(term: Term, rule: Rule): void {
    if (this.probes.length === 0) return;
    const { pairs, buckets } = this.data.keys;
    const { foldLengths } = this.data;
    const { length } = rule === ANY ? '' : term.fold;
    if (rule === SOUND) {
      lettersOf(term.fold, this.letters);
      this.bits = letterBits(term.fold);
    }
    for (const hash of this.probes.view()) {
      const bucket = hash >>> this.shift;
      const end = 2 * (buckets[bucket + 1] ?? 0);
      for (let at = 2 * (buckets[bucket] ?? 0); at < end; at += 2) {
        if (pairs[at] !== hash) continue;
        const id = pairs[at + 1] ?? 0;
        if (this.seen[id] === this.turn) continue;
        if (rule === SOUND && !this.rhymes(length, id)) continue;
        if (rule === TYPO && Math.abs((foldLengths[id] ?? 0) - length) > MOST_TYPOS) continue;
        this.seen[id] = this.turn;
        this.compare(term, id);
      }
    }
  }

  private rhymes(length: number, id: number): boolean {
    const { termBytes, foldStarts, foldLengths, foldLetters } = this.data;
    const other = foldLengths[id] ?? 0;
    const budget = soundBudget(Math.min(length, other));
    if (!mayRhyme(this.bits, foldLetters[id] ?? 0, budget)) return false;
    return soundDistance(this.letters, 0, length, termBytes, foldStarts[id] ?? 0, other, budget) <= budget;
  }

  private compare(term: Term, id: number): void {
    const { postingStarts } = this.data;
    const found = compareTerms(term, this.term(id));
    if (found === 0) return;
    this.terms.push(id);
    this.affinities.push(found);
    this.postings += (postingStarts[id + 1] ?? 0) - (postingStarts[id] ?? 0);
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
