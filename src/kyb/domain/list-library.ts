import type { ListedEntity } from './listed-entity.js';
import type { ListName } from './sources.js';

/** One accepted edition of a list. */
export interface ListVersion {
  readonly list: ListName;
  /** 1, 2, 3, ... for each list. */
  readonly number: number;
  /** SHA-256 of the bytes as fetched, hex. */
  readonly contentHash: string;
  /** Version of the parser that read them; 0: before parsers had versions. */
  readonly parser: number;
  readonly entities: number;
  readonly names: number;
  /** When the list says it was made. */
  readonly publishedAt: Date | null;
  readonly fetchedAt: Date;
}

export interface LibraryEntry {
  readonly hash: string;
  readonly entity: ListedEntity;
}

export interface ListChanges {
  readonly added: readonly LibraryEntry[];
  readonly changed: readonly LibraryEntry[];
  /** Entry ids. */
  readonly removed: readonly string[];
}

/** The lists as they are kept: the last good edition of each, and every entry that ever was in one. Of no tenant. */
export abstract class ListLibrary {
  /** Lists that have never been loaded are not in it. */
  abstract current(): Promise<ListVersion[]>;
  /** Whether a list is being refreshed: another edition may come soon. */
  abstract refreshing(): Promise<boolean>;
  /** Entries of an edition, in batches, in the order of their ids. */
  abstract entries(version: { list: ListName; number: number }): AsyncIterable<LibraryEntry[]>;
  /** What happened to entries between two editions; from 0: everything was added. */
  abstract changes(list: ListName, fromNumber: number, toNumber: number): Promise<ListChanges>;
  /** An entry as it was; null when there never was such a one. */
  abstract entry(list: ListName, entryId: string, hash: string): Promise<ListedEntity | null>;
}
