import { type Alias, aliasesOf } from '../match/aliases.js';
import { type Term, termIdentity } from '../match/term.js';
import { type ListEntry } from '../types.js';
import { MATCHER_VERSION } from '../weights.js';
import { GrowingBytes, GrowingUint32, sortPairs } from './growing.js';
import { identifierHash } from './identifier-hash.js';
import { type IndexData, NO_TERM, sharedUint32, sharedUint8 } from './layout.js';
import { packTerm } from './pack-term.js';
import { ScreeningIndex } from './screening-index.js';
import { keysOf } from './term-keys.js';

/** Builds an index, in about 3 s for all lists; give it a worker of its own. Entry ids must be unique. */
export const buildIndex = (entries: Iterable<ListEntry>): ScreeningIndex =>
  new ScreeningIndex(buildIndexData(entries));

/** What `buildIndex` wraps; post it to other threads and wrap it there with `new ScreeningIndex(data)`. */
export const buildIndexData = (entries: Iterable<ListEntry>): IndexData => {
  const builder = new IndexBuilder();
  for (const entry of entries) builder.add(entry);
  return builder.finish();
};

/** For entries that come by and by. */
export class IndexBuilder {
  private readonly ids = new Map<string, number>();
  private readonly terms = new GrowingBytes();
  private readonly letters = new GrowingUint32();
  private readonly keyHashes = new GrowingUint32();
  private readonly keyTerms = new GrowingUint32();
  private readonly postedTerms = new GrowingUint32();
  private readonly postedNames = new GrowingUint32();
  private readonly nameStarts = new GrowingUint32();
  private readonly nameEntries = new GrowingUint32();
  private readonly nameAliases = new GrowingUint32();
  private readonly nameWeak = new GrowingUint32();
  private readonly tokenTerms = new GrowingUint32();
  private readonly tokenWeights = new GrowingUint32();
  private readonly tokenInitials = new GrowingUint32();
  private readonly joinTerms = new GrowingUint32();
  private readonly entries = new GrowingBytes();
  private readonly entryFirstNames = new GrowingUint32();
  private readonly identifierHashes = new GrowingUint32();
  private readonly identifierEntries = new GrowingUint32();

  add(entry: ListEntry): void {
    const ordinal = this.entryFirstNames.length;
    this.entryFirstNames.push(this.nameEntries.length);
    this.entries.push(JSON.stringify(entry), 'utf8');
    for (const alias of aliasesOf(entry)) this.addName(alias, ordinal);
    for (const each of entry.identifiers ?? []) {
      this.identifierHashes.push(identifierHash(each));
      this.identifierEntries.push(ordinal);
    }
  }

  private addName({ parsed: name, weak, at: alias }: Alias, entry: number): void {
    const id = this.nameEntries.length;
    this.nameEntries.push(entry);
    this.nameAliases.push(alias);
    this.nameWeak.push(weak ? 1 : 0);
    this.nameStarts.push(this.tokenTerms.length);
    const posted = new Set<number>();
    name.tokens.forEach(({ term, weight, initial }, at) => {
      const join = name.joins[at];
      const own = this.termId(term);
      const joined = join === undefined ? NO_TERM : this.termId(join);
      this.tokenTerms.push(own);
      this.tokenWeights.push(weight);
      this.tokenInitials.push(initial ? 1 : 0);
      this.joinTerms.push(joined);
      posted.add(own);
      if (joined !== NO_TERM) posted.add(joined);
    });
    for (const term of posted) {
      this.postedTerms.push(term);
      this.postedNames.push(id);
    }
  }

  private termId(term: Term): number {
    const identity = termIdentity(term);
    const known = this.ids.get(identity);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(identity, id);
    this.terms.push(packTerm(term), 'latin1');
    this.letters.push(wordLetter(term));
    for (const key of keysOf(term)) {
      this.keyHashes.push(key);
      this.keyTerms.push(id);
    }
    return id;
  }

  finish(): IndexData {
    const [keyHashes, keyTerms] = sortPairs(this.keyHashes.view(), this.keyTerms.view());
    const [postedTerms, postings] = sortPairs(this.postedTerms.view(), this.postedNames.view());
    const [identifierHashes, identifierEntries] = sortPairs(
      this.identifierHashes.view(),
      this.identifierEntries.view(),
    );
    this.nameStarts.push(this.tokenTerms.length);
    this.entryFirstNames.push(this.nameEntries.length);
    const terms = this.terms.finish();
    const entries = this.entries.finish();
    return {
      matcherVersion: MATCHER_VERSION,
      termBytes: sharedUint8(terms.bytes),
      termStarts: sharedUint32(terms.starts),
      termLetters: sharedUint8(this.letters.view()),
      postings: sharedUint32(postings),
      postingStarts: sharedUint32(startsOf(postedTerms, this.ids.size, 0)),
      keyHashes: sharedUint32(keyHashes),
      keyTerms: sharedUint32(keyTerms),
      keyBuckets: sharedUint32(startsOf(keyHashes, 65_536, 16)),
      nameStarts: sharedUint32(this.nameStarts.view()),
      nameEntries: sharedUint32(this.nameEntries.view()),
      nameAliases: sharedUint32(this.nameAliases.view()),
      nameWeak: sharedUint8(this.nameWeak.view()),
      tokenTerms: sharedUint32(this.tokenTerms.view()),
      tokenWeights: sharedUint8(this.tokenWeights.view()),
      tokenInitials: sharedUint8(this.tokenInitials.view()),
      joinTerms: sharedUint32(this.joinTerms.view()),
      entryBytes: sharedUint8(entries.bytes),
      entryStarts: sharedUint32(entries.starts),
      entryFirstNames: sharedUint32(this.entryFirstNames.view()),
      identifierHashes: sharedUint32(identifierHashes),
      identifierEntries: sharedUint32(identifierEntries),
    };
  }
}

const wordLetter = ({ text, mode, joined }: Term): number =>
  mode === 'latin' && !joined && /^[a-z0-9]{2,}$/.test(text) && !/^[0-9]+$/.test(text)
    ? text.charCodeAt(0)
    : 0;

/** Where each value (shifted right) begins in an ascending column. */
const startsOf = (sorted: Uint32Array, values: number, shift: number): Uint32Array => {
  const starts = new Uint32Array(values + 1);
  for (const each of sorted) starts[(each >>> shift) + 1] = (starts[(each >>> shift) + 1] ?? 0) + 1;
  for (let at = 1; at <= values; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  return starts;
};
