import type { ListFacts } from '../../domain/list-guard.js';
import type { ListVersion } from '../../domain/list-library.js';
import type { ListName } from '../../domain/sources.js';

export interface ListAlarm {
  readonly code: string;
  readonly detail: string;
  /** ISO-8601 */
  readonly since: string;
}

export interface ListProgress {
  readonly stage: 'fetching' | 'reading' | 'storing';
  readonly bytes: number;
  readonly entities: number;
}

export interface ListState {
  readonly list: ListName;
  readonly number: number;
  readonly dueAt: Date;
  readonly progress: ListProgress | null;
  readonly attemptedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly failures: number;
  readonly alarm: ListAlarm | null;
}

export interface ListVersionView extends ListVersion {
  readonly fill: ListFacts;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly bytes: number;
}

export interface ListFetch {
  readonly id: string;
  readonly list: ListName;
  readonly outcome: 'new_edition' | 'unchanged' | 'refused' | 'failed';
  readonly code: string | null;
  readonly detail: string | null;
  readonly number: number | null;
  readonly bytes: number | null;
  /** SHA-256 of what was fetched, hex; null when nothing was, or it was no list. */
  readonly contentHash: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

export interface ListChange {
  readonly entryId: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Of the entry as it is after; null when it was removed. */
  readonly hash: string | null;
}

/** What a fetch needs to know and hands back, so that a list that has not changed is not sent again. */
export type Validators = Readonly<Record<string, { etag?: string; lastModified?: string; sha256: string }>>;

/** An entry on its way into an edition: as it is written, for what is read of a list is much less as text than as objects. */
export interface NewEntry {
  readonly entryId: string;
  readonly hash: string;
  /** Of its `ListedEntity`. */
  readonly json: string;
}

/** JSON of the row: what it is of goes into it as it is, and is not written twice. */
export const recordOf = ({ entryId, hash, json }: NewEntry): string =>
  `{"id":${JSON.stringify(entryId)},"hash":${JSON.stringify(hash)},"entity":${json}}`;

export interface NewEdition {
  readonly list: ListName;
  /** The claim it was made under: what was current, and when it began. */
  readonly claim: { readonly number: number; readonly startedAt: Date };
  readonly contentHash: string;
  /** Version of the parser. */
  readonly parser: number;
  /** By their ids. */
  readonly entries: ReadonlyMap<string, NewEntry>;
  readonly facts: ListFacts;
  readonly bytes: number;
  readonly publishedAt: Date | null;
  readonly fetchedAt: Date;
  /** Of each part, gzipped: the bytes as they came. */
  readonly files: readonly { part: string; chunks: AsyncIterable<Buffer> }[];
}
