import { align, ceiling, type Edge, type NameScore } from '../match/align.js';
import { pairWeight } from '../match/edges.js';
import { type ParsedName } from '../match/name.js';
import { INITIAL_AFFINITY } from '../match/similarity.js';
import { type IndexData, NO_TERM } from './layout.js';
import { type Found, Neighbours } from './neighbours.js';

/** One way to take part of the query: a word, or two as one. */
interface Unit {
  readonly at: number;
  readonly span: 1 | 2;
  readonly found: Found;
}

const NOTHING: NameScore = { raw: 0, thin: 0, score: 0, chosen: [], denominator: 0 };

/** Searches names. What the terms of a query are like is looked up once; names are scored from that alone. */
export class NameSearch {
  private readonly neighbours: Neighbours;
  private readonly nameTurns: Uint32Array;
  private readonly termTurns: Uint32Array;
  private readonly termHeads: Uint32Array;
  private turn = 0;
  /** Of the query at hand: weights of its words, their sum, that of its bare initials, and the words of each unit. */
  private weights: number[] = [];
  private total = 0;
  private initials = 0;
  private masks: number[] = [];
  /** Chains of what each term is like: unit and affinity, and where the chain goes on (0 ends it). */
  private readonly chainUnits: number[] = [0];
  private readonly chainAffinities: number[] = [0];
  private readonly chainNext: number[] = [0];

  constructor(private readonly data: IndexData) {
    this.neighbours = new Neighbours(data);
    this.nameTurns = new Uint32Array(data.nameEntries.length);
    this.termTurns = new Uint32Array(data.termLetters.length);
    this.termHeads = new Uint32Array(data.termLetters.length);
  }

  /** Calls back with every name that scores at least `threshold`, in no order. */
  each(query: ParsedName, threshold: number, found: (name: number, score: NameScore) => void): void {
    const units = this.prepare(query);
    const check = (name: number): void => {
      if (ceiling(this.total, this.total - this.reach(name)) < threshold) return;
      const score = this.score(query, units, name);
      if (score.score >= threshold) found(name, score);
    };
    const chosen = this.choose(query, units, threshold);
    if (chosen === undefined) {
      for (let name = 0; name < this.nameTurns.length; name += 1) check(name);
      return;
    }
    const { postings, postingStarts } = this.data;
    for (const unit of units) {
      if (!chosen.has(unit.at) && !(unit.span === 2 && chosen.has(unit.at + 1))) continue;
      for (const term of unit.found.terms) {
        const end = postingStarts[term + 1] ?? 0;
        for (let at = postingStarts[term] ?? 0; at < end; at += 1) {
          const name = postings[at] ?? 0;
          if (this.nameTurns[name] === this.turn) continue;
          this.nameTurns[name] = this.turn;
          check(name);
        }
      }
    }
  }

  /** The score of one name. */
  scoreOf(query: ParsedName, name: number): NameScore {
    return this.score(query, this.prepare(query), name);
  }

  private prepare(query: ParsedName): Unit[] {
    this.turn += 1;
    this.weights = query.tokens.map(({ weight }) => weight);
    this.total = this.weights.reduce((sum, each) => sum + each, 0);
    this.initials = 0;
    query.tokens.forEach(({ initial }, at) => {
      if (initial) this.initials += this.weights[at] ?? 0;
    });
    this.chainNext.length = this.chainUnits.length = this.chainAffinities.length = 1;
    const units: Unit[] = query.tokens.map(({ term }, at) => ({
      at,
      span: 1,
      found: this.neighbours.of(term),
    }));
    query.joins.forEach((term, at) => {
      if (term !== undefined) units.push({ at, span: 2, found: this.neighbours.of(term) });
    });
    this.masks = units.map(({ at, span }) => (span === 2 ? 3 : 1) << at);
    units.forEach(({ found }, unit) => {
      for (let at = 0; at < found.terms.length; at += 1)
        this.chain(found.terms[at] ?? 0, unit, found.affinities[at] ?? 0);
    });
    return units;
  }

  private chain(term: number, unit: number, affinity: number): void {
    const next = this.termTurns[term] === this.turn ? (this.termHeads[term] ?? 0) : 0;
    this.termTurns[term] = this.turn;
    this.termHeads[term] = this.chainUnits.length;
    this.chainUnits.push(unit);
    this.chainAffinities.push(affinity);
    this.chainNext.push(next);
  }

  /**
   * The words of the query of which a name must have one to reach the threshold: the cheapest to read whose absence
   * alone keeps every name below. Bare initials stand for too many words to be read; undefined: nothing else is left.
   */
  private choose(query: ParsedName, units: readonly Unit[], threshold: number): Set<number> | undefined {
    const costs = query.tokens.map(() => 0);
    for (const { at, span, found } of units) {
      costs[at] = (costs[at] ?? 0) + found.postings;
      if (span === 2) costs[at + 1] = (costs[at + 1] ?? 0) + found.postings;
    }
    const order = query.tokens
      .map((token, at) => ({ token, at, cost: costs[at] ?? 0 }))
      .filter(({ token }) => !token.initial)
      .sort((a, b) => a.cost / a.token.weight - b.cost / b.token.weight || a.at - b.at);
    const chosen = new Set<number>();
    let missing = 0;
    for (const { token, at } of order) {
      chosen.add(at);
      missing += token.weight;
      if (ceiling(this.total, missing) < threshold) return chosen;
    }
    return undefined;
  }

  /** The weight of the query's words that anything in a name is like; bare initials count as if they all were. */
  private reach(name: number): number {
    const { nameStarts, tokenTerms, joinTerms } = this.data;
    const end = nameStarts[name + 1] ?? 0;
    let mask = 0;
    for (let at = nameStarts[name] ?? 0; at < end; at += 1)
      mask |= this.maskOf(tokenTerms[at] ?? 0) | this.maskOf(joinTerms[at] ?? NO_TERM);
    let weight = this.initials;
    for (let at = 0; at < this.weights.length; at += 1)
      if ((mask & (1 << at)) !== 0) weight += this.weights[at] ?? 0;
    return Math.min(weight, this.total);
  }

  private maskOf(term: number): number {
    if (term === NO_TERM || this.termTurns[term] !== this.turn) return 0;
    let mask = 0;
    for (let link = this.termHeads[term] ?? 0; link !== 0; link = this.chainNext[link] ?? 0)
      mask |= this.masks[this.chainUnits[link] ?? 0] ?? 0;
    return mask;
  }

  private score(query: ParsedName, units: readonly Unit[], name: number): NameScore {
    const { nameStarts, tokenTerms, tokenWeights, tokenInitials, joinTerms, termLetters } = this.data;
    const start = nameStarts[name] ?? 0;
    const end = nameStarts[name + 1] ?? 0;
    const edges: Edge[] = [];
    const weights: number[] = [];
    for (let at = start; at < end; at += 1) {
      const weight = tokenWeights[at] ?? 0;
      weights.push(weight);
      const term = tokenTerms[at] ?? 0;
      this.addEdges(query, units, edges, term, at - start, 1, weight, tokenInitials[at] === 1);
      const letter = termLetters[term] ?? 0;
      if (letter !== 0) this.addInitials(query, edges, letter, at - start, weight);
      const joined = joinTerms[at] ?? NO_TERM;
      if (joined !== NO_TERM) this.addEdges(query, units, edges, joined, at - start, 2, weight, false);
    }
    if (edges.length === 0) return NOTHING;
    return align(edges, this.weights, weights, query.organisation);
  }

  private addEdges(
    query: ParsedName,
    units: readonly Unit[],
    edges: Edge[],
    term: number,
    list: number,
    listSpan: 1 | 2,
    listWeight: number,
    listInitial: boolean,
  ): void {
    if (this.termTurns[term] !== this.turn) return;
    for (let link = this.termHeads[term] ?? 0; link !== 0; link = this.chainNext[link] ?? 0) {
      const unit = units[this.chainUnits[link] ?? 0];
      if (unit === undefined) continue;
      const { at, span } = unit;
      const initial = span === 1 && listSpan === 1 && (listInitial || query.tokens[at]?.initial === true);
      edges.push({
        query: at,
        querySpan: span,
        list,
        listSpan,
        affinity: this.chainAffinities[link] ?? 0,
        weight: pairWeight(query, at, span, listWeight, initial),
      });
    }
  }

  private addInitials(
    query: ParsedName,
    edges: Edge[],
    letter: number,
    list: number,
    listWeight: number,
  ): void {
    query.tokens.forEach((token, at) => {
      if (!token.initial || token.term.text.charCodeAt(0) !== letter) return;
      const weight = pairWeight(query, at, 1, listWeight, true);
      edges.push({ query: at, querySpan: 1, list, listSpan: 1, affinity: INITIAL_AFFINITY, weight });
    });
  }
}
