import {
  CONTRADICTION,
  EVIDENCE,
  EVIDENCE_NEEDED,
  EVIDENCE_NEEDED_ORGANISATION,
  EVIDENCE_NEEDED_UNSURE,
  EVIDENCE_NEEDED_WHOLE,
  EVIDENCE_STEP,
  LIST_EXTRA,
  LIST_EXTRA_MOST,
  QUERY_EXTRA,
  WORD,
} from '../weights.js';
import { type ParsedName } from './name.js';
import { type Affinity, evidenceOf, INITIAL_AFFINITY, isSure, similarityOf } from './similarity.js';

/** What may be aligned: `span` words of the query from `query` on, with `listSpan` words of the list's name. */
export interface Edge {
  readonly query: number;
  readonly querySpan: number;
  readonly list: number;
  readonly listSpan: number;
  readonly affinity: Affinity;
  readonly weight: number;
}

export interface NameScore {
  /** What the alignments add up to. */
  readonly raw: number;
  /** What is taken off because the alignments tell too little. */
  readonly thin: number;
  /** `raw` less `thin`. */
  readonly score: number;
}

/** A score with what it is made of. */
export interface AlignedScore extends NameScore {
  readonly chosen: readonly Edge[];
  readonly denominator: number;
}

/** 100ths of weight, so that percentages stay integers. */
const PERCENT = 100;
/** Names have fewer words: see `parseName`. */
const MOST_WORDS = 32;

/** Bare initials take what nothing else has taken. */
const rank = (value: Affinity): number => (value === INITIAL_AFFINITY ? 1 : similarityOf(value));

/**
 * What comes first has the greater key: the more alike, the heavier, of fewer words, with places closer together, earlier in the
 * query, earlier in the list. No two edges of a pair of names have the same.
 */
const keyOf = ({ query, querySpan, list, listSpan, affinity, weight }: Edge): number => {
  const places = ((31 - Math.abs(query - list)) * 32 + (31 - query)) * 32 + (31 - list);
  return ((rank(affinity) * 256 + weight) * 4 + (4 - querySpan - listSpan)) * 32_768 + places;
};

/**
 * Aligns names with one query, one after another, and makes nothing anew for each: `ask` once, then of each name `begin`, its
 * words, its edges, and `align`, whose result stands in the fields until the next.
 */
export class Aligner implements NameScore {
  raw = 0;
  thin = 0;
  score = 0;
  denominator = 0;
  private organisation = false;
  private readonly queryWeights = new Uint8Array(MOST_WORDS);
  private queryWords = 0;
  /** Bits of the words that a name does not go without. */
  private queryKept = 0;
  private listKept = 0;
  private readonly listWeights = new Uint8Array(MOST_WORDS);
  private listWords = 0;
  private edges = 0;
  private readonly room: EdgeRoom[] = [];
  private readonly sorted: EdgeRoom[] = [];
  private chosen = 0;

  ask({ tokens, organisation }: ParsedName): void {
    this.queryWords = tokens.length;
    this.queryKept = 0;
    for (let at = 0; at < tokens.length; at += 1) {
      this.queryWeights[at] = tokens[at]?.weight ?? 0;
      if (tokens[at]?.kept === true) this.queryKept |= 1 << at;
    }
    this.organisation = organisation;
  }

  begin(): void {
    this.listWords = 0;
    this.listKept = 0;
    this.edges = 0;
  }

  addWord(weight: number, kept: boolean): void {
    this.listWeights[this.listWords] = weight;
    if (kept) this.listKept |= 1 << this.listWords;
    this.listWords += 1;
  }

  /** `initial`: one of both words is a bare initial. Words of both sides must be known. */
  addEdge(
    query: number,
    querySpan: number,
    list: number,
    listSpan: number,
    affinity: Affinity,
    initial: boolean,
  ): void {
    const edge = (this.room[this.edges] ??= new EdgeRoom());
    edge.query = query;
    edge.querySpan = querySpan;
    edge.list = list;
    edge.listSpan = listSpan;
    edge.affinity = affinity;
    edge.weight = this.pairWeight(query, querySpan, list, initial);
    edge.key = keyOf(edge);
    // Edges are few: each goes to its place among those before it.
    let at = this.edges;
    for (; at > 0; at -= 1) {
      const before = this.sorted[at - 1];
      if (before === undefined || before.key >= edge.key) break;
      this.sorted[at] = before;
    }
    this.sorted[at] = edge;
    this.edges += 1;
  }

  /** What an aligned pair weighs: what the query's words weigh, but no more than the list's where one is an initial. */
  private pairWeight(query: number, span: number, list: number, initial: boolean): number {
    const first = this.queryWeights[query] ?? 0;
    if (span === 2) return first + (this.queryWeights[query + 1] ?? 0);
    return initial ? Math.min(first, this.listWeights[list] ?? 0) : first;
  }

  /**
   * Takes the most alike first, each word once. The score is what the aligned words carry, divided by that and by what is
   * left over on either side; what both sides leave over contradicts, and divides once more, but for words that
   * contradict nothing. A word that a name keeps contradicts by itself when it is left over. Integers only.
   */
  align(): void {
    let queryTaken = 0;
    let listTaken = 0;
    let carried = 0;
    let aligned = 0;
    let evidence = 0;
    let barely = 0;
    let words = 0;
    let sure = false;
    this.chosen = 0;
    for (let at = 0; at < this.edges; at += 1) {
      const edge = this.sorted[at];
      if (edge === undefined) break;
      const { affinity, weight } = edge;
      const onQuery = (edge.querySpan === 2 ? 3 : 1) << edge.query;
      const onList = (edge.listSpan === 2 ? 3 : 1) << edge.list;
      if ((queryTaken & onQuery) !== 0 || (listTaken & onList) !== 0) continue;
      queryTaken |= onQuery;
      listTaken |= onList;
      // The chosen ones are kept at the front.
      this.sorted[at] = this.sorted[this.chosen] ?? edge;
      this.sorted[this.chosen] = edge;
      this.chosen += 1;
      carried += gain(edge);
      aligned += weight;
      const told = evidenceOf(affinity);
      if (weight > WORD.title) {
        if (told <= EVIDENCE.initial + 2) barely += weight;
        words += 1;
        sure ||= isSure(affinity);
      }
      evidence += Math.floor((told * Math.min(weight, this.rarity(edge))) / WORD.name);
    }
    const queryLeft = left(this.queryWeights, this.queryWords, queryTaken);
    const listLeft = left(this.listWeights, this.listWords, listTaken);
    const contradicting = Math.max(
      Math.min(
        contradictingLeft(this.queryWeights, this.queryWords, queryTaken),
        contradictingLeft(this.listWeights, this.listWords, listTaken),
      ),
      left(this.queryWeights, this.queryWords, queryTaken | ~this.queryKept) +
        left(this.listWeights, this.listWords, listTaken | ~this.listKept),
    );
    this.denominator = denominatorOf(aligned, queryLeft, listLeft, contradicting);
    this.raw = this.denominator === 0 ? 0 : Math.floor((PERCENT * carried) / this.denominator);
    const needed = neededOf(queryLeft + listLeft + barely, sure || words < 2, this.organisation);
    this.thin = Math.min(this.raw, Math.max(0, needed - evidence) * EVIDENCE_STEP);
    this.score = this.raw - this.thin;
  }

  /** The last score with what it is made of, to keep. */
  account(): AlignedScore {
    const { raw, thin, score, denominator } = this;
    const chosen = this.sorted.slice(0, this.chosen).map(({ key: _, ...edge }): Edge => edge);
    return { raw, thin, score, denominator, chosen };
  }

  /** The weight of the list's words, at most that of one rare word: common words tell less. */
  private rarity({ list, listSpan }: Edge): number {
    const first = this.listWeights[list] ?? 0;
    return Math.min(WORD.name, listSpan === 2 ? first + (this.listWeights[list + 1] ?? 0) : first);
  }
}

class EdgeRoom implements Edge {
  query = 0;
  querySpan = 1;
  list = 0;
  listSpan = 1;
  affinity: Affinity = 0;
  weight = 0;
  key = 0;
}

const gain = (edge: Edge): number => edge.weight * similarityOf(edge.affinity);

const denominatorOf = (aligned: number, queryLeft: number, listLeft: number, contradicting: number): number =>
  PERCENT * aligned +
  QUERY_EXTRA * queryLeft +
  LIST_EXTRA * Math.min(listLeft, LIST_EXTRA_MOST) +
  CONTRADICTION * contradicting;

/**
 * How much the alignments have to tell, by what is left over or barely told. Least where nothing is; but two names of words that are
 * each only like another can be whole and have nothing to do with one another.
 */
const neededOf = (over: number, sure: boolean, organisation: boolean): number => {
  if (over <= WORD.title) return sure ? EVIDENCE_NEEDED_WHOLE : EVIDENCE_NEEDED_UNSURE;
  return organisation ? EVIDENCE_NEEDED_ORGANISATION : EVIDENCE_NEEDED;
};

/** Titles, particles, legal forms and stop words contradict nothing when they are left over, nor does a kunya, which is a name beside. */
export const contradicts = (weight: number): boolean => weight > WORD.title && weight !== WORD.kunya;

/** Weight of the words that were not taken. */
const left = (weights: Uint8Array, count: number, taken: number): number => {
  let sum = 0;
  for (let at = 0; at < count; at += 1) if ((taken & (1 << at)) === 0) sum += weights[at] ?? 0;
  return sum;
};

const contradictingLeft = (weights: Uint8Array, count: number, taken: number): number => {
  let sum = 0;
  for (let at = 0; at < count; at += 1) {
    const weight = weights[at] ?? 0;
    if ((taken & (1 << at)) === 0 && contradicts(weight)) sum += weight;
  }
  return sum;
};

/** The parts of a score, in the order of `chosen`; the first takes what rounding leaves. */
export const pointsOf = ({ raw, chosen, denominator }: AlignedScore): number[] => {
  const points = chosen.map((edge) => Math.floor((PERCENT * gain(edge)) / denominator));
  const first = points[0];
  if (first !== undefined) points[0] = first + raw - points.reduce((sum, each) => sum + each, 0);
  return points;
};

/**
 * The most that a pair of names scores, however it is aligned: when words of the query of the weight `reached` have something alike in
 * the name and `missing` have not, words of the name of the weight `listLeft` have nothing alike in the query, `contradicting` of either
 * contradict, and what is alike is so by at most `similarity`, and tells at most `evidence` in all.
 */
export const bound = (
  reached: number,
  missing: number,
  listLeft: number,
  contradicting: number,
  similarity: number,
  evidence: number,
  organisation: boolean,
): number => {
  const denominator = denominatorOf(reached, missing, listLeft, contradicting);
  if (denominator === 0) return 0;
  const raw = Math.floor((PERCENT * reached * similarity) / denominator);
  return Math.max(
    0,
    raw - Math.max(0, neededOf(missing + listLeft, true, organisation) - evidence) * EVIDENCE_STEP,
  );
};
