import { type IndexData, type PlacedPart } from './layout.js';
import { groupsBy } from './hash-table.js';

/** What an index offers to the next one: parts, and entries of which nothing has changed. */
export class PreviousIndex {
  /** Hashes of identifiers by entry. */
  readonly identifiers;
  private readonly entryBytes: Buffer;

  constructor(readonly data: IndexData) {
    const { pairs } = data.identifiers;
    const half = pairs.length / 2;
    const hashes = new Uint32Array(half);
    const entries = new Uint32Array(half);
    for (let at = 0; at < half; at += 1) {
      hashes[at] = pairs[2 * at] ?? 0;
      entries[at] = pairs[2 * at + 1] ?? 0;
    }
    this.identifiers = groupsBy(entries, hashes, data.entryStarts.length - 1);
    this.entryBytes = Buffer.from(
      data.entryBytes.buffer,
      data.entryBytes.byteOffset,
      data.entryBytes.byteLength,
    );
  }

  part(name: string): PlacedPart | undefined {
    return this.data.parts.find((each) => each.name === name);
  }

  /** Entries of a part by all that is known of them, as JSON. */
  entriesOf({ firstEntry, entries }: PlacedPart): ReadonlyMap<string, number> {
    const { entryStarts } = this.data;
    const known = new Map<string, number>();
    for (let entry = firstEntry; entry < firstEntry + entries; entry += 1)
      known.set(this.entryBytes.toString('utf8', entryStarts[entry], entryStarts[entry + 1]), entry);
    return known;
  }
}
