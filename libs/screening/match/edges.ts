import { type Edge } from './align.js';
import { type ParsedName } from './name.js';
import { compareTerms, type Affinity } from './similarity.js';

/** What an aligned pair weighs: what the query's words weigh, but no more than the list's where one is an initial. */
export const pairWeight = (
  query: ParsedName,
  at: number,
  span: number,
  listWeight: number,
  initial: boolean,
): number => {
  const first = query.tokens[at]?.weight ?? 0;
  if (span === 2) return first + (query.tokens[at + 1]?.weight ?? 0);
  return initial ? Math.min(first, listWeight) : first;
};

/** All edges between two names, by comparing each term with each: what the index must find too. */
export const edgesBetween = (query: ParsedName, list: ParsedName): Edge[] => {
  const edges: Edge[] = [];
  const add = (at: number, span: 1 | 2, listAt: number, listSpan: 1 | 2, found: Affinity): void => {
    if (found === 0) return;
    const other = list.tokens[listAt];
    const initial = other?.initial === true || query.tokens[at]?.initial === true;
    const weight = pairWeight(query, at, span, other?.weight ?? 0, initial && span === 1 && listSpan === 1);
    edges.push({ query: at, querySpan: span, list: listAt, listSpan, affinity: found, weight });
  };
  query.tokens.forEach((one, at) => {
    list.tokens.forEach((other, listAt) => add(at, 1, listAt, 1, compareTerms(one.term, other.term)));
    list.joins.forEach((other, listAt) => {
      if (other !== undefined) add(at, 1, listAt, 2, compareTerms(one.term, other));
    });
  });
  query.joins.forEach((one, at) => {
    if (one === undefined) return;
    list.tokens.forEach((other, listAt) => add(at, 2, listAt, 1, compareTerms(one, other.term)));
    list.joins.forEach((other, listAt) => {
      if (other !== undefined) add(at, 2, listAt, 2, compareTerms(one, other));
    });
  });
  return edges;
};
