export type IntegrityFault =
  /** The entry is not what was written. */
  | 'changed'
  /** It stands beyond the end of the chain, and was never part of it. */
  | 'foreign'
  /** The entry is whole, but what it was linked to is not what stands before it. */
  | 'unlinked'
  /** Its key is not among the audit keys: nothing can be said about it. */
  | 'unknown-key'
  /** The kept end of the chain is not that of its last entry. */
  | 'end-changed'
  /** A signed head that none of our keys has signed like this. */
  | 'head-forged';

export type CompletenessFault =
  /** Entries in the middle or at the beginning are gone. */
  | 'missing'
  /** Entries at the end are gone. */
  | 'truncated'
  /** The chain reads otherwise than when its head was signed. */
  | 'rewritten'
  /** Signed heads are gone. */
  | 'head-missing'
  /** The trail is empty or begins long after the business: what was there before is gone, with its end. */
  | 'restarted';

export interface ChainFault<K extends string> {
  readonly kind: K;
  /** The entries concerned, by sequence; of a head fault, the entry it was signed at. */
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly entryId: string | null;
  /** Number of the signed head concerned. */
  readonly head: number | null;
  readonly detail: string;
}

export interface ChainReport {
  readonly entries: number;
  readonly firstSequence: number | null;
  readonly lastSequence: number | null;
  /** Signed heads held against the entries. */
  readonly heads: number;
  /** Each entry is what was written. */
  readonly integrity: readonly ChainFault<IntegrityFault>[];
  /** No entry has gone. */
  readonly completeness: readonly ChainFault<CompletenessFault>[];
  /** There are more faults than were kept. */
  readonly more: boolean;
}

/** Faults kept of each kind of list; a report must stay one. */
const KEPT = 1_000;

/** Collects faults, in the order in which they are found. */
export class FaultList<K extends string> {
  readonly faults: ChainFault<K>[] = [];
  more = false;

  add(
    kind: K,
    [fromSequence, toSequence]: readonly [number, number],
    detail: string,
    about: { entryId?: string; head?: number } = {},
  ): void {
    if (this.faults.length >= KEPT) {
      this.more = true;
      return;
    }
    this.faults.push({
      kind,
      fromSequence,
      toSequence,
      entryId: about.entryId ?? null,
      head: about.head ?? null,
      detail,
    });
  }
}
