import { type Explanation, type ListEntry, type ScreeningQuery } from '../types.js';
import { MATCHER_VERSION } from '../weights.js';
import { adjust, bandOf, type Facts } from './adjust.js';
import { aliasesOf } from './aliases.js';
import { type AlignedScore, pointsOf } from './align.js';
import { scoreNames } from './edges.js';
import { type ParsedName, parseName } from './name.js';
import { ruleOf, similarityOf } from './similarity.js';

export const factsOf = (query: ScreeningQuery): Facts => ({
  ...query,
  ...(query.birthDate === undefined ? {} : { birthDates: [query.birthDate] }),
});

interface Best {
  readonly query: ParsedName;
  readonly list: ParsedName;
  readonly weak: boolean;
  readonly name: AlignedScore;
}

/** Why this entry has the score it has: the best pair of names, word by word, and everything that moved it. */
export const compare = (query: ScreeningQuery, entry: ListEntry): Explanation => {
  const asked = query.names.map((name) => parseName(name, query.kind ?? 'unknown'));
  const listed = aliasesOf(entry);
  const facts = factsOf(query);
  let best: Best | undefined;
  let highest = -1;
  for (const one of asked)
    for (const { parsed, weak } of listed) {
      const name = scoreNames(one, parsed);
      const { score } = adjust(name, weak, facts, entry);
      if (score < highest || (score === highest && name.score <= (best?.name.score ?? 0))) continue;
      highest = score;
      best = { query: one, list: parsed, weak, name };
    }
  if (best === undefined) throw new RangeError('screening: a query and an entry need a name each');
  return explain(best, facts, entry);
};

const explain = ({ query, list, weak, name }: Best, facts: Facts, entry: ListEntry): Explanation => {
  const { score, adjustments, qualifiers } = adjust(name, weak, facts, entry);
  const points = pointsOf(name);
  const words = (of: ParsedName, at: number, span: number): string[] =>
    of.tokens.slice(at, at + span).map(({ term }) => term.text);
  const unmatched = (of: ParsedName, taken: ReadonlySet<number>): { word: string; weight: number }[] =>
    of.tokens.flatMap(({ term, weight }, at) => (taken.has(at) ? [] : [{ word: term.text, weight }]));
  const covered = (starts: readonly (readonly [number, number])[]): Set<number> =>
    new Set(starts.flatMap(([at, span]) => (span === 2 ? [at, at + 1] : [at])));
  return {
    matcherVersion: MATCHER_VERSION,
    queryName: query.text,
    listName: list.text,
    score,
    band: bandOf(score),
    alignments: name.chosen.map((edge, at) => ({
      query: words(query, edge.query, edge.querySpan),
      list: words(list, edge.list, edge.listSpan),
      rule: ruleOf(edge.affinity),
      joined: edge.querySpan + edge.listSpan > 2,
      similarity: similarityOf(edge.affinity),
      weight: edge.weight,
      points: points[at] ?? 0,
    })),
    unmatchedQuery: unmatched(query, covered(name.chosen.map((edge) => [edge.query, edge.querySpan]))),
    unmatchedList: unmatched(list, covered(name.chosen.map((edge) => [edge.list, edge.listSpan]))),
    denominator: name.denominator,
    qualifiers,
    adjustments,
  };
};
