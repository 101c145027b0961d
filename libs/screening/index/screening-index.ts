import { adjust, bandOf, type Facts, normalIdentifier } from '../match/adjust.js';
import { type NameScore } from '../match/align.js';
import { compare, factsOf } from '../match/compare.js';
import { type ParsedName, parseName } from '../match/name.js';
import {
  type Explanation,
  type Hit,
  type ListEntry,
  type ScreeningQuery,
  type SearchOptions,
} from '../types.js';
import { ALERT_THRESHOLD, MATCHER_VERSION } from '../weights.js';
import { valuesOf } from './hash-table.js';
import { identifierHash } from './identifier-hash.js';
import { type IndexData, sizeOf } from './layout.js';
import { NameSearch } from './name-search.js';

interface Best {
  readonly entry: ListEntry;
  readonly ordinal: number;
  score: number;
  nameScore: number;
  query: number;
  name: number;
}

const DEFAULT_LIMIT = 20;
const MOST_ENTRIES_REMEMBERED = 5_000;

/**
 * Answers just what `compare` against every entry would, without comparing every entry. Immutable; not for concurrent
 * use from several threads: each thread wraps the same shared data in an index of its own.
 */
export class ScreeningIndex {
  private readonly names: NameSearch;
  private readonly bytes: Buffer;
  private readonly entries = new Map<number, ListEntry>();

  constructor(readonly data: IndexData) {
    if (data.matcherVersion !== MATCHER_VERSION)
      throw new RangeError(
        `screening: the index is of matcher ${data.matcherVersion}, this is ${MATCHER_VERSION}`,
      );
    this.names = new NameSearch(data);
    this.bytes = Buffer.from(data.entryBytes.buffer, data.entryBytes.byteOffset, data.entryBytes.byteLength);
  }

  get entryCount(): number {
    return this.data.entryStarts.length - 1;
  }

  get nameCount(): number {
    return this.data.nameEntries.length;
  }

  /** Bytes, all of them shared between threads. */
  get byteLength(): number {
    return sizeOf(this.data);
  }

  /** Hits at or over the threshold, best first; of equals the one that the lists have first. */
  search(
    query: ScreeningQuery,
    { limit = DEFAULT_LIMIT, threshold = ALERT_THRESHOLD, explain = false }: SearchOptions = {},
  ): Hit[] {
    const facts = factsOf(query);
    const best = new Map<number, Best>();
    const asked = query.names.map((name) => parseName(name, query.kind ?? 'unknown'));
    asked.forEach((name, at) => this.searchName(name, at, threshold, facts, best));
    this.searchIdentifiers(query, asked, facts, best);
    return [...best.values()]
      .filter(({ score }) => score >= threshold)
      .sort((a, b) => b.score - a.score || b.nameScore - a.nameScore || a.ordinal - b.ordinal)
      .slice(0, limit)
      .map(({ entry, score, query: asking, name }) => ({
        entryId: entry.id,
        score,
        band: bandOf(score),
        listName: entry.names[this.data.nameAliases[name] ?? 0]?.text ?? '',
        queryName: query.names[asking] ?? '',
        ...(entry.tag === undefined ? {} : { tag: entry.tag }),
        ...(explain ? { explanation: compare(query, entry) } : {}),
      }));
  }

  /** The full account of a hit; throws `RangeError` for an id the index has not. */
  explain(query: ScreeningQuery, entryId: string): Explanation {
    for (let ordinal = 0; ordinal < this.entryCount; ordinal += 1) {
      const entry = this.entry(ordinal);
      if (entry.id === entryId) return compare(query, entry);
    }
    throw new RangeError('screening: the index has no such entry');
  }

  private searchName(
    asked: ParsedName,
    at: number,
    threshold: number,
    facts: Facts,
    best: Map<number, Best>,
  ): void {
    this.names.each(asked, threshold, (name, score) => this.keep(name, score, at, facts, best));
  }

  private keep(
    name: number,
    nameScore: NameScore,
    query: number,
    facts: Facts,
    best: Map<number, Best>,
  ): void {
    const ordinal = this.data.nameEntries[name] ?? 0;
    const known = best.get(ordinal);
    const entry = known?.entry ?? this.entry(ordinal);
    const { score } = adjust(nameScore, this.data.nameWeak[name] === 1, facts, entry);
    const found: Best = { entry, ordinal, score, nameScore: nameScore.score, query, name };
    if (known === undefined || isBetter(found, known)) best.set(ordinal, found);
  }

  /** An identifier is a hit whatever the name, so the best of the entry's names is found by comparing them. */
  private searchIdentifiers(
    query: ScreeningQuery,
    asked: readonly ParsedName[],
    facts: Facts,
    best: Map<number, Best>,
  ): void {
    for (const each of query.identifiers ?? [])
      for (const ordinal of this.withIdentifier(each)) {
        const end = this.data.entryFirstNames[ordinal + 1] ?? 0;
        for (let name = this.data.entryFirstNames[ordinal] ?? 0; name < end; name += 1)
          asked.forEach((one, at) => this.keep(name, this.names.scoreOf(one, name), at, facts, best));
      }
  }

  private withIdentifier(identifier: string): number[] {
    const normal = normalIdentifier(identifier);
    return valuesOf(this.data.identifiers, identifierHash(identifier)).filter(
      (ordinal) =>
        this.entry(ordinal).identifiers?.some((each) => normalIdentifier(each) === normal) === true,
    );
  }

  private entry(ordinal: number): ListEntry {
    const known = this.entries.get(ordinal);
    if (known !== undefined) return known;
    if (this.entries.size >= MOST_ENTRIES_REMEMBERED) this.entries.clear();
    const { entryStarts } = this.data;
    const json = this.bytes.toString('utf8', entryStarts[ordinal] ?? 0, entryStarts[ordinal + 1] ?? 0);
    const entry = JSON.parse(json) as ListEntry;
    this.entries.set(ordinal, entry);
    return entry;
  }
}

const isBetter = (a: Best, b: Best): boolean =>
  a.score !== b.score
    ? a.score > b.score
    : a.nameScore !== b.nameScore
      ? a.nameScore > b.nameScore
      : a.query !== b.query
        ? a.query < b.query
        : a.name < b.name;
