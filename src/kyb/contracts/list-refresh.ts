/** What came of the refresh of a sanctions list. */
export interface ListRefreshed {
  readonly outcome: 'new_edition' | 'unchanged' | 'refused' | 'failed';
  readonly code: string | null;
  readonly detail: string | null;
  readonly number: number | null;
  /** SHA-256 of what was fetched, hex; null when nothing was, or it was no list. */
  readonly contentHash: string | null;
}

/** For the operator's commands: refreshes a list now. `accept`: the hash of a download to be believed whatever the guard says of it. */
export abstract class ListRefresh {
  abstract readonly lists: readonly string[];
  /** null when another process is at it. */
  abstract refresh(list: string, options: { accept: string | null }): Promise<ListRefreshed | null>;
}
