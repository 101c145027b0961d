/** What came of the refresh of a sanctions list. */
export interface ListRefreshed {
  readonly outcome: 'new_edition' | 'unchanged' | 'refused' | 'failed';
  readonly code: string | null;
  readonly detail: string | null;
  readonly number: number | null;
}

/** For the operator's commands: refreshes a list now. `accept`: believes an edition that the guard would refuse. */
export abstract class ListRefresh {
  abstract readonly lists: readonly string[];
  /** null when another process is at it. */
  abstract refresh(list: string, options: { accept: boolean }): Promise<ListRefreshed | null>;
}
