import { type AlignedScore, Aligner, bound, contradicts, type NameScore } from '../match/align.js';
import { type ParsedName } from '../match/name.js';
import { evidenceOf, INITIAL_AFFINITY, similarityOf } from '../match/similarity.js';
import { EVIDENCE, FULL, WORD } from '../weights.js';
import { GrowingUint32 } from './growing.js';
import { type IndexData, isInitial, isKept, NO_TERM, termIn, weightIn } from './layout.js';
import { type Found, Neighbours } from './neighbours.js';

/** One way to take part of the query: a word, or two as one. */
interface Unit {
  readonly at: number;
  readonly span: 1 | 2;
  readonly found: Found;
}

/** Turns are told by a byte; when it has gone round, what it marked is wiped. */
const TURNS = 255;
/** Numbers of a link: unit, affinity, next link. */
const LINK = 3;

/** Searches names. What the terms of a query are like is looked up once; names are scored from that alone. */
export class NameSearch {
  private readonly neighbours: Neighbours;
  private readonly aligner = new Aligner();
  private turn = 0;
  /** Names that were looked at in this turn, and terms that the query is like. */
  private readonly nameTurns: Uint8Array;
  private readonly termTurns: Uint8Array;
  /** Of the latter: the first link of its chain, the words of the query, and the most of similarity and evidence. */
  private readonly termHeads: Uint32Array;
  private readonly termWords: Uint32Array;
  private readonly termSimilarities: Uint16Array;
  private readonly termEvidence: Uint8Array;
  /** Chains of what each term is like; link 0 ends them. */
  private readonly growing = new GrowingUint32();
  private links = this.growing.view();
  private query: ParsedName = { text: '', organisation: false, tokens: [], joins: [] };
  private units: Unit[] = [];
  /** Of the query at hand: weights of its words, their sum, and how many bare initials there are. */
  private weights: number[] = [];
  private total = 0;
  private initialCount = 0;

  constructor(private readonly data: IndexData) {
    this.neighbours = new Neighbours(data);
    const terms = data.termLetters.length;
    this.nameTurns = new Uint8Array(data.nameEntries.length);
    this.termTurns = new Uint8Array(terms);
    this.termHeads = new Uint32Array(terms);
    this.termWords = new Uint32Array(terms);
    this.termSimilarities = new Uint16Array(terms);
    this.termEvidence = new Uint8Array(terms);
  }

  /** Calls back with every name that scores at least `threshold`, in no order; the score holds until the call returns. */
  each(query: ParsedName, threshold: number, found: (name: number, score: NameScore) => void): void {
    this.prepare(query);
    const chosen = this.choose(threshold);
    if (chosen === undefined) {
      for (let name = 0; name < this.nameTurns.length; name += 1) this.check(name, threshold, found);
      return;
    }
    const { postings, postingStarts } = this.data;
    for (const unit of this.units) {
      if (!chosen.has(unit.at) && !(unit.span === 2 && chosen.has(unit.at + 1))) continue;
      for (const term of unit.found.terms) {
        const end = postingStarts[term + 1] ?? 0;
        for (let at = postingStarts[term] ?? 0; at < end; at += 1) {
          const name = postings[at] ?? 0;
          if (this.nameTurns[name] === this.turn) continue;
          this.nameTurns[name] = this.turn;
          this.check(name, threshold, found);
        }
      }
    }
  }

  /** The score of one name. */
  scoreOf(query: ParsedName, name: number): AlignedScore {
    this.prepare(query);
    this.score(name);
    return this.aligner.account();
  }

  private check(name: number, threshold: number, found: (name: number, score: NameScore) => void): void {
    if (this.most(name) < threshold) return;
    this.score(name);
    if (this.aligner.score >= threshold) found(name, this.aligner);
  }

  private prepare(query: ParsedName): void {
    this.nextTurn();
    this.query = query;
    this.weights = query.tokens.map(({ weight }) => weight);
    this.total = this.weights.reduce((sum, each) => sum + each, 0);
    this.initialCount = query.tokens.filter(({ initial }) => initial).length;
    this.aligner.ask(query);
    this.growing.length = LINK;
    this.units = query.tokens.map(({ term }, at) => ({ at, span: 1, found: this.neighbours.of(term) }));
    query.joins.forEach((term, at) => {
      if (term !== undefined) this.units.push({ at, span: 2, found: this.neighbours.of(term) });
    });
    this.units.forEach(({ at, span, found: { terms, affinities } }, unit) => {
      const words = (span === 2 ? 3 : 1) << at;
      for (let each = 0; each < terms.length; each += 1)
        this.link(terms[each] ?? 0, unit, affinities[each] ?? 0, words);
    });
    this.links = this.growing.view();
  }

  private nextTurn(): void {
    if (this.turn === TURNS) {
      this.turn = 0;
      this.nameTurns.fill(0);
      this.termTurns.fill(0);
    }
    this.turn += 1;
  }

  private link(term: number, unit: number, affinity: number, words: number): void {
    if (this.termTurns[term] !== this.turn) {
      this.termTurns[term] = this.turn;
      this.termHeads[term] = 0;
      this.termWords[term] = 0;
      this.termSimilarities[term] = 0;
      this.termEvidence[term] = 0;
    }
    const similarity = similarityOf(affinity);
    const evidence = evidenceOf(affinity);
    this.growing.push(unit);
    this.growing.push(affinity);
    this.growing.push(this.termHeads[term] ?? 0);
    this.termHeads[term] = this.growing.length / LINK - 1;
    this.termWords[term] = (this.termWords[term] ?? 0) | words;
    if (similarity > (this.termSimilarities[term] ?? 0)) this.termSimilarities[term] = similarity;
    if (evidence > (this.termEvidence[term] ?? 0)) this.termEvidence[term] = evidence;
  }

  /**
   * The words of the query of which a name must have one to reach the threshold: the cheapest to read whose absence
   * alone keeps every name below. Bare initials stand for too many words to be read; undefined: nothing else is left.
   */
  private choose(threshold: number): Set<number> | undefined {
    const { tokens, organisation } = this.query;
    const costs = tokens.map(() => 0);
    const evidence = tokens.map(({ initial }): number => (initial ? EVIDENCE.initial : 0));
    for (const { at, span, found } of this.units)
      for (let word = at; word < at + span; word += 1) {
        costs[word] = (costs[word] ?? 0) + found.postings;
        evidence[word] = Math.max(evidence[word] ?? 0, found.evidence);
      }
    const told = (at: number): number => (evidence[at] ?? 0) * (this.weights[at] ?? 0);
    const order = tokens
      .map((token, at) => ({ token, at, cost: costs[at] ?? 0 }))
      .filter(({ token }) => !token.initial)
      .sort((a, b) => a.cost / a.token.weight - b.cost / b.token.weight || a.at - b.at);
    const chosen = new Set<number>();
    let missing = 0;
    let most = tokens.reduce((sum, _, at) => sum + told(at), 0);
    for (const { token, at } of order) {
      chosen.add(at);
      missing += token.weight;
      most -= told(at);
      const score = bound(
        this.total - missing,
        missing,
        0,
        0,
        FULL,
        Math.ceil(most / WORD.name),
        organisation,
      );
      if (score < threshold) return chosen;
    }
    return undefined;
  }

  /** The most that a name can score, by which words have anything alike at all. */
  private most(name: number): number {
    const { nameStarts, tokens } = this.data;
    const { turn, termTurns, termWords, termSimilarities, termEvidence } = this;
    const end = nameStarts[name + 1] ?? 0;
    let words = 0;
    let listLeft = 0;
    let contradicting = 0;
    let kept = 0;
    let similarity = 0;
    let evidence = 0;
    // What the join of the word before tells.
    let before = 0;
    let isCovered = false;
    for (let at = nameStarts[name] ?? 0; at < end; at += 1) {
      const token = tokens[2 * at] ?? 0;
      const weight = weightIn(token);
      let told = before;
      let covered = isCovered;
      before = 0;
      isCovered = false;
      const own = termIn(token);
      if (termTurns[own] === turn) {
        covered = true;
        words |= termWords[own] ?? 0;
        similarity = Math.max(similarity, termSimilarities[own] ?? 0);
        told = Math.max(told, termEvidence[own] ?? 0);
      }
      const join = tokens[2 * at + 1] ?? NO_TERM;
      if (join !== NO_TERM && termTurns[join] === turn) {
        covered = isCovered = true;
        words |= termWords[join] ?? 0;
        similarity = Math.max(similarity, termSimilarities[join] ?? 0);
        before = termEvidence[join] ?? 0;
        told = Math.max(told, before);
      }
      if (covered) evidence += told * weight;
      else {
        listLeft += weight;
        if (contradicts(weight)) contradicting += weight;
        if (isKept(token)) kept += weight;
      }
    }
    return this.boundOf(words, listLeft, contradicting, kept, similarity, evidence);
  }

  /** Bare initials of the query count as if each stood for some word. */
  private boundOf(
    words: number,
    listLeft: number,
    listContradicting: number,
    listKept: number,
    similarity: number,
    evidence: number,
  ): number {
    const { organisation, tokens } = this.query;
    let missing = 0;
    let contradicting = 0;
    let kept = listKept;
    for (let at = 0; at < this.weights.length; at += 1) {
      if ((words & (1 << at)) !== 0 || tokens[at]?.initial === true) continue;
      const weight = this.weights[at] ?? 0;
      missing += weight;
      if (contradicts(weight)) contradicting += weight;
      if (tokens[at]?.kept === true) kept += weight;
    }
    const initials = this.initialCount > 0;
    return bound(
      this.total - missing,
      missing,
      initials ? 0 : listLeft,
      initials ? 0 : Math.max(kept, Math.min(contradicting, listContradicting)),
      initials ? FULL : similarity,
      Math.ceil(evidence / WORD.name) + this.initialCount * EVIDENCE.initial,
      organisation,
    );
  }

  private score(name: number): void {
    const { nameStarts, tokens, termLetters } = this.data;
    const start = nameStarts[name] ?? 0;
    const end = nameStarts[name + 1] ?? 0;
    const { aligner } = this;
    aligner.begin();
    for (let at = start; at < end; at += 1) {
      const token = tokens[2 * at] ?? 0;
      aligner.addWord(weightIn(token), isKept(token));
    }
    for (let at = start; at < end; at += 1) {
      const token = tokens[2 * at] ?? 0;
      const term = termIn(token);
      this.addEdges(term, at - start, 1, isInitial(token));
      if (this.initialCount > 0) this.addInitials(termLetters[term] ?? 0, at - start);
      const join = tokens[2 * at + 1] ?? NO_TERM;
      if (join !== NO_TERM) this.addEdges(join, at - start, 2, false);
    }
    aligner.align();
  }

  private addEdges(term: number, list: number, listSpan: number, listInitial: boolean): void {
    if (this.termTurns[term] !== this.turn) return;
    const { links } = this;
    for (let link = this.termHeads[term] ?? 0; link !== 0; link = links[LINK * link + 2] ?? 0) {
      const unit = this.units[links[LINK * link] ?? 0];
      if (unit === undefined) continue;
      const { at, span } = unit;
      const initial =
        span === 1 && listSpan === 1 && (listInitial || this.query.tokens[at]?.initial === true);
      this.aligner.addEdge(at, span, list, listSpan, links[LINK * link + 1] ?? 0, initial);
    }
  }

  private addInitials(letter: number, list: number): void {
    if (letter === 0) return;
    this.query.tokens.forEach((token, at) => {
      if (!token.initial || token.term.text.charCodeAt(0) !== letter) return;
      this.aligner.addEdge(at, 1, list, 1, INITIAL_AFFINITY, true);
    });
  }
}
