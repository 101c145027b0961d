import { Query } from '@nestjs/cqrs';
import type { EntryView } from './entry-view.js';
import type { EntryFilter } from '../../infrastructure/audit-entry.repository.js';
import type { KeptHead } from '../../infrastructure/audit-head.repository.js';

/** Newest first; one more than `limit` when there is one. */
export class ListEntriesQuery extends Query<EntryView[]> {
  constructor(
    readonly filter: EntryFilter,
    readonly limit: number,
    readonly startingAfter?: string,
  ) {
    super();
  }
}

/** Error: `audit.entry_not_found`. */
export class GetEntryQuery extends Query<EntryView> {
  constructor(readonly id: string) {
    super();
  }
}

/** Newest first; one more than `limit` when there is one. */
export class ListHeadsQuery extends Query<KeptHead[]> {
  constructor(
    readonly limit: number,
    readonly startingAfter?: string,
  ) {
    super();
  }
}
