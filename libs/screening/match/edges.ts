import { type AlignedScore, Aligner } from './align.js';
import { type ParsedName } from './name.js';
import { compareTerms } from './similarity.js';
import { type Term } from './term.js';

const aligner = new Aligner();

/** The score of two names by comparing each term with each: what the index must find too. */
export const scoreNames = (query: ParsedName, list: ParsedName): AlignedScore => {
  aligner.ask(query);
  aligner.begin();
  for (const { weight, kept } of list.tokens) aligner.addWord(weight, kept);
  const add = (at: number, span: number, one: Term, listAt: number, listSpan: number, other: Term): void => {
    const found = compareTerms(one, other);
    if (found === 0) return;
    const initial = list.tokens[listAt]?.initial === true || query.tokens[at]?.initial === true;
    aligner.addEdge(at, span, listAt, listSpan, found, initial && span === 1 && listSpan === 1);
  };
  const addAll = (at: number, span: number, one: Term): void => {
    list.tokens.forEach((other, listAt) => add(at, span, one, listAt, 1, other.term));
    list.joins.forEach((other, listAt) => {
      if (other !== undefined) add(at, span, one, listAt, 2, other);
    });
  };
  query.tokens.forEach(({ term }, at) => addAll(at, 1, term));
  query.joins.forEach((one, at) => {
    if (one !== undefined) addAll(at, 2, one);
  });
  aligner.align();
  return aligner.account();
};
