import {
  CONTRADICTION,
  EVIDENCE,
  EVIDENCE_NEEDED,
  EVIDENCE_NEEDED_ORGANISATION,
  EVIDENCE_NEEDED_WHOLE,
  EVIDENCE_STEP,
  FULL,
  LIST_EXTRA,
  QUERY_EXTRA,
  WORD,
} from '../weights.js';
import { type Affinity, evidenceOf, INITIAL_AFFINITY, similarityOf } from './similarity.js';

/** What may be aligned: `span` words of the query from `query` on, with `listSpan` words of the list's name. */
export interface Edge {
  readonly query: number;
  readonly querySpan: 1 | 2;
  readonly list: number;
  readonly listSpan: 1 | 2;
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
  readonly chosen: readonly Edge[];
  readonly denominator: number;
}

const gain = (edge: Edge): number => edge.weight * similarityOf(edge.affinity);
/** Bare initials take what nothing else has taken. */
const rank = (value: Affinity): number => (value === INITIAL_AFFINITY ? 1 : similarityOf(value));
const byLikeness = (a: Edge, b: Edge): number =>
  rank(b.affinity) - rank(a.affinity) ||
  b.weight - a.weight ||
  a.querySpan + a.listSpan - b.querySpan - b.listSpan ||
  Math.abs(a.query - a.list) - Math.abs(b.query - b.list) ||
  a.query - b.query ||
  a.list - b.list;

/** 100ths of weight, so that percentages stay integers. */
const PERCENT = 100;

/**
 * Takes the most alike first, each word once. The score is what the aligned words carry, divided by that and by what is
 * left over on either side; what both sides leave over contradicts, and divides once more. Integers only.
 */
export const align = (
  edges: Edge[],
  queryWeights: readonly number[],
  listWeights: readonly number[],
  organisation: boolean,
): NameScore => {
  edges.sort(byLikeness);
  let queryTaken = 0;
  let listTaken = 0;
  const chosen: Edge[] = [];
  let carried = 0;
  let aligned = 0;
  let evidence = 0;
  let barely = 0;
  for (const edge of edges) {
    const onQuery = (edge.querySpan === 2 ? 3 : 1) << edge.query;
    const onList = (edge.listSpan === 2 ? 3 : 1) << edge.list;
    if ((queryTaken & onQuery) !== 0 || (listTaken & onList) !== 0) continue;
    queryTaken |= onQuery;
    listTaken |= onList;
    chosen.push(edge);
    carried += gain(edge);
    aligned += edge.weight;
    const told = evidenceOf(edge.affinity);
    if (told <= EVIDENCE.initial + 2 && edge.weight > WORD.title) barely += edge.weight;
    evidence += Math.floor((told * Math.min(edge.weight, rarity(listWeights, edge))) / WORD.name);
  }
  const queryLeft = left(queryWeights, queryTaken);
  const listLeft = left(listWeights, listTaken);
  const denominator =
    PERCENT * aligned +
    QUERY_EXTRA * queryLeft +
    LIST_EXTRA * listLeft +
    CONTRADICTION * Math.min(queryLeft, listLeft);
  const raw = denominator === 0 ? 0 : Math.floor((PERCENT * carried) / denominator);
  const partly = organisation ? EVIDENCE_NEEDED_ORGANISATION : EVIDENCE_NEEDED;
  const needed = queryLeft + listLeft + barely <= WORD.title ? EVIDENCE_NEEDED_WHOLE : partly;
  const thin = Math.min(raw, Math.max(0, needed - evidence) * EVIDENCE_STEP);
  return { raw, thin, score: raw - thin, chosen, denominator };
};

/** The weight of the list's words, at most that of one rare word: common words tell less. */
const rarity = (listWeights: readonly number[], { list, listSpan }: Edge): number =>
  Math.min(WORD.name, (listWeights[list] ?? 0) + (listSpan === 2 ? (listWeights[list + 1] ?? 0) : 0));

const left = (weights: readonly number[], taken: number): number => {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) if ((taken & (1 << at)) === 0) sum += weights[at] ?? 0;
  return sum;
};

/** The parts of a score, in the order of `chosen`; the first takes what rounding leaves. */
export const pointsOf = ({ raw, chosen, denominator }: NameScore): number[] => {
  const points = chosen.map((edge) => Math.floor((PERCENT * gain(edge)) / denominator));
  const first = points[0];
  if (first !== undefined) points[0] = first + raw - points.reduce((sum, each) => sum + each, 0);
  return points;
};

/** The most that a query can score when words of the weight `missing` find nothing. */
export const ceiling = (total: number, missing: number): number => {
  const aligned = total - missing;
  const denominator = PERCENT * aligned + QUERY_EXTRA * missing;
  return denominator === 0 ? 0 : Math.floor((PERCENT * aligned * FULL) / denominator);
};
