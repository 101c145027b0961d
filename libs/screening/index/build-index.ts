import { type Alias, aliasesOf } from '../match/aliases.js';
import { type ListEntry } from '../types.js';
import { MATCHER_VERSION } from '../weights.js';
import { GrowingBytes, GrowingUint32, GrowingUint8 } from './growing.js';
import { groupsBy, hashTable } from './hash-table.js';
import { identifierHash } from './identifier-hash.js';
import {
  type IndexData,
  type IndexPart,
  NO_TERM,
  packToken,
  type PlacedPart,
  shared,
  termIn,
  withTerm,
} from './layout.js';
import { PreviousIndex } from './previous-index.js';
import { ScreeningIndex } from './screening-index.js';
import { TermTable } from './term-table.js';

/** Builds an index, in about 2 s for all lists; give it a worker of its own. Entry ids must be unique. */
export const buildIndex = (entries: Iterable<ListEntry>): ScreeningIndex =>
  new ScreeningIndex(buildIndexData(entries));

/** What `buildIndex` wraps; post it to other threads and wrap it there with `new ScreeningIndex(data)`. */
export const buildIndexData = (entries: Iterable<ListEntry>): IndexData => {
  const builder = new IndexBuilder();
  for (const entry of entries) builder.add(entry);
  return builder.finish();
};

/**
 * For entries that come by and by, in parts. Of the index before, whole parts are kept, and of a part that has changed the entries that
 * have not; what comes of it is byte for byte the index that would have been built from nothing.
 */
export class IndexBuilder {
  private readonly previous: PreviousIndex | undefined;
  private readonly terms: TermTable;
  private readonly parts: PlacedPart[] = [];
  private part: IndexPart | undefined;
  /** Entries of the part at hand as it was before. */
  private known: ReadonlyMap<string, number> = new Map();
  private readonly postedTerms = new GrowingUint32();
  private readonly postedNames = new GrowingUint32();
  /** By term: the last name that is posted under it, and one more. */
  private readonly lastNames: number[] = [];
  private readonly nameStarts = new GrowingUint32();
  private readonly nameEntries = new GrowingUint32();
  private readonly nameAliases = new GrowingUint32();
  private readonly nameWeak = new GrowingUint8();
  private readonly tokens = new GrowingUint32();
  private readonly entries = new GrowingBytes();
  private readonly entryFirstNames = new GrowingUint32();
  private readonly identifierHashes = new GrowingUint32();
  private readonly identifierEntries = new GrowingUint32();

  /** `previous`: of this very matcher, since another cuts and weighs names otherwise. */
  constructor(previous?: IndexData) {
    if (previous !== undefined && previous.matcherVersion !== MATCHER_VERSION)
      throw new RangeError(`screening: the index before is of matcher ${previous.matcherVersion}`);
    this.previous = previous && new PreviousIndex(previous);
    this.terms = new TermTable(previous);
  }

  /** What is added from here on is this part. */
  begin(part: IndexPart): void {
    this.endPart();
    this.part = part;
    this.parts.push({ ...part, firstEntry: this.entryFirstNames.length, entries: 0 });
    const before = this.previous?.part(part.name);
    this.known = (before && this.previous?.entriesOf(before)) ?? new Map();
  }

  /** Takes a whole part of the index before; throws `RangeError` when it has none of this version. */
  keep(part: IndexPart): void {
    const before = this.previous?.part(part.name);
    if (this.previous === undefined || before?.version !== part.version)
      throw new RangeError(`screening: the index before has no part ${part.name} of ${part.version}`);
    this.endPart();
    this.parts.push({ ...before, firstEntry: this.entryFirstNames.length });
    for (let at = 0; at < before.entries; at += 1) this.take(this.previous, before.firstEntry + at);
  }

  add(entry: ListEntry): void {
    const json = JSON.stringify(entry);
    const known = this.known.get(json);
    if (known !== undefined && this.previous !== undefined) {
      this.take(this.previous, known);
      return;
    }
    const ordinal = this.entryFirstNames.length;
    this.entryFirstNames.push(this.nameEntries.length);
    this.entries.push(json, 'utf8');
    for (const alias of aliasesOf(entry)) this.addName(alias, ordinal);
    for (const each of entry.identifiers ?? []) {
      this.identifierHashes.push(identifierHash(each));
      this.identifierEntries.push(ordinal);
    }
  }

  private addName({ parsed: name, weak, at: alias }: Alias, entry: number): void {
    this.beginName(entry, alias, weak ? 1 : 0);
    name.tokens.forEach((token, at) => {
      const join = name.joins[at];
      this.addToken(
        packToken(this.terms.idOf(token.term), token),
        join === undefined ? NO_TERM : this.terms.idOf(join),
      );
    });
  }

  /** An entry of the index before, as it is. */
  private take({ data, identifiers }: PreviousIndex, old: number): void {
    const ordinal = this.entryFirstNames.length;
    this.entryFirstNames.push(this.nameEntries.length);
    this.entries.pushBytes(data.entryBytes.subarray(data.entryStarts[old], data.entryStarts[old + 1]));
    const lastName = data.entryFirstNames[old + 1] ?? 0;
    for (let name = data.entryFirstNames[old] ?? 0; name < lastName; name += 1) {
      this.beginName(ordinal, data.nameAliases[name] ?? 0, data.nameWeak[name] ?? 0);
      const lastToken = data.nameStarts[name + 1] ?? 0;
      for (let token = data.nameStarts[name] ?? 0; token < lastToken; token += 1) {
        const known = data.tokens[2 * token] ?? 0;
        const join = data.tokens[2 * token + 1] ?? NO_TERM;
        this.addToken(
          withTerm(known, this.terms.take(termIn(known))),
          join === NO_TERM ? NO_TERM : this.terms.take(join),
        );
      }
    }
    const lastIdentifier = identifiers.starts[old + 1] ?? 0;
    for (let at = identifiers.starts[old] ?? 0; at < lastIdentifier; at += 1) {
      this.identifierHashes.push(identifiers.values[at] ?? 0);
      this.identifierEntries.push(ordinal);
    }
  }

  private beginName(entry: number, alias: number, weak: number): void {
    this.nameEntries.push(entry);
    this.nameAliases.push(alias);
    this.nameWeak.push(weak);
    this.nameStarts.push(this.tokens.length / 2);
  }

  private addToken(token: number, join: number): void {
    this.tokens.push(token);
    this.tokens.push(join);
    this.post(termIn(token));
    if (join !== NO_TERM) this.post(join);
  }

  private post(term: number): void {
    if (this.lastNames[term] === this.nameEntries.length) return;
    this.lastNames[term] = this.nameEntries.length;
    this.postedTerms.push(term);
    this.postedNames.push(this.nameEntries.length - 1);
  }

  private endPart(): void {
    const last = this.parts.at(-1);
    if (this.part === undefined || last === undefined) return;
    this.parts[this.parts.length - 1] = {
      ...last,
      entries: this.entryFirstNames.length - last.firstEntry,
    };
    this.part = undefined;
    this.known = new Map();
  }

  finish(): IndexData {
    this.endPart();
    const terms = this.terms.finish();
    const posted = groupsBy(this.postedTerms.view(), this.postedNames.view(), this.terms.size);
    this.nameStarts.push(this.tokens.length / 2);
    this.entryFirstNames.push(this.nameEntries.length);
    const entries = this.entries.finish();
    return {
      matcherVersion: MATCHER_VERSION,
      parts: this.parts,
      termBytes: shared(terms.bytes),
      termStarts: shared(terms.starts),
      foldStarts: shared(terms.foldStarts),
      foldLengths: shared(terms.foldLengths),
      foldLetters: shared(terms.foldLetters),
      termLetters: shared(terms.letters),
      postings: posted.values,
      postingStarts: posted.starts,
      keys: terms.keys,
      nameStarts: shared(this.nameStarts.view()),
      nameEntries: shared(this.nameEntries.view()),
      nameAliases: shared(this.nameAliases.view()),
      nameWeak: shared(this.nameWeak.view()),
      tokens: shared(this.tokens.view()),
      entryBytes: shared(entries.bytes),
      entryStarts: shared(entries.starts),
      entryFirstNames: shared(this.entryFirstNames.view()),
      identifiers: hashTable(this.identifierHashes.view(), this.identifierEntries.view()),
    };
  }
}
