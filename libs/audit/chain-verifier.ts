import { type AuditEntry, canonicalOf, type ChainEnd, GENESIS, hashOf, macOf } from './audit-record.js';
import { type ChainReport, type CompletenessFault, FaultList, type IntegrityFault } from './chain-report.js';
import type { SignedHead } from './signed-head.js';

export interface ChainExpectation {
  /** The audit keys of the tenant, by id; null where nobody has them: then the public hashes alone are followed. */
  readonly keys: ReadonlyMap<string, Buffer> | null;
  /** What the first entry must be linked to; the beginning of all chains when absent. */
  readonly from?: ChainEnd;
  /** Entries were left out on purpose (an export with filters): a gap is no fault. */
  readonly selected?: boolean;
  /** Signed heads: of the table, from off the system, or both. */
  readonly heads: readonly SignedHead[];
  readonly headHolds: (head: SignedHead) => boolean;
}

/**
 * Reads a chain entry by entry, in the order of their sequence, and tells what is not as it was written. Each entry carries what it was
 * linked to, so that a fault is found where it is: behind a changed entry the others still hold.
 */
export class ChainVerifier {
  private readonly integrity = new FaultList<IntegrityFault>();
  private readonly completeness = new FaultList<CompletenessFault>();
  private readonly headsBySequence = new Map<number, SignedHead[]>();
  private readonly soundHeads: SignedHead[] = [];
  private previous: ChainEnd;
  private previousSound = true;
  private first: number | null = null;
  private entries = 0;
  /** The last sequence up to which a signed head agrees. */
  private agreed = 0;
  private beyond: AuditEntry[] = [];

  constructor(private readonly expected: ChainExpectation) {
    this.previous = expected.from ?? GENESIS;
    this.readHeads();
  }

  /** @param last the sequence at which the kept end of the chain stands; entries beyond it must prove themselves. */
  add(entry: AuditEntry, last = Number.POSITIVE_INFINITY): void {
    const sound = this.isSound(entry);
    if (entry.seq > last && sound !== true) {
      this.beyond.push(entry);
      return;
    }
    this.entries += 1;
    this.first ??= entry.seq;
    this.checkPlace(entry);
    if (sound !== true) this.integrity.add(sound.kind, at(entry), sound.detail, { entryId: entry.id });
    else this.checkLink(entry);
    for (const head of this.headsBySequence.get(entry.seq) ?? []) this.holdAgainst(head, entry);
    this.previous = entry;
    this.previousSound = sound === true;
  }

  /** @param end the kept end of the chain, when the entries must reach it. */
  finish(end: ChainEnd | null = null): ChainReport {
    const { seq } = this.previous;
    for (const entry of this.beyond)
      this.integrity.add('foreign', at(entry), 'It was never part of this chain.', { entryId: entry.id });
    this.checkTail(end);
    if (end && end.seq <= seq && !(end.hash.equals(this.previous.hash) && end.mac.equals(this.previous.mac)))
      this.integrity.add('end-changed', [end.seq, seq], 'The kept end of the chain is not its last entry.');
    return {
      entries: this.entries + this.beyond.length,
      firstSequence: this.first,
      lastSequence: this.entries > 0 ? seq : null,
      heads: this.soundHeads.length,
      integrity: this.integrity.faults,
      completeness: this.completeness.faults,
      more: this.integrity.more || this.completeness.more,
    };
  }

  private readHeads(): void {
    const numbers = new Set<number>();
    for (const head of this.expected.heads) {
      const sequence = [head.sequence, head.sequence] as const;
      if (!this.expected.headHolds(head)) {
        const detail = `Signed head ${head.number} does not bear our signature.`;
        this.integrity.add('head-forged', sequence, detail, { head: head.number });
        // It is there, though what it says is worthless.
        numbers.add(head.number);
        continue;
      }
      if (numbers.has(head.number) && this.soundHeads.some((known) => same(known, head))) continue;
      numbers.add(head.number);
      this.soundHeads.push(head);
      this.headsBySequence.set(head.sequence, [...(this.headsBySequence.get(head.sequence) ?? []), head]);
    }
  }

  /** True, or what is wrong with the entry itself, wherever it stands. */
  private isSound(entry: AuditEntry): true | { kind: IntegrityFault; detail: string } {
    const canonical = canonicalOf(entry);
    const hashHolds = hashOf(entry.prevHash, canonical).equals(entry.hash);
    if (this.expected.keys === null)
      return hashHolds || { kind: 'changed', detail: 'Its content does not give its hash.' };
    const key = this.expected.keys.get(entry.keyId);
    if (!key) return { kind: 'unknown-key', detail: `Audit key ${entry.keyId} is not known.` };
    const macHolds = macOf(key, entry.prevMac, canonical).equals(entry.mac);
    if (macHolds && hashHolds) return true;
    return {
      kind: 'changed',
      detail: macHolds
        ? 'Its public hash was changed.'
        : hashHolds
          ? 'Its content does not give its MAC; its public hash was computed anew.'
          : 'Its content gives neither its MAC nor its hash.',
    };
  }

  private checkPlace(entry: AuditEntry): void {
    const { seq } = this.previous;
    if (!this.expected.selected && entry.seq > seq + 1)
      this.completeness.add('missing', [seq + 1, entry.seq - 1], 'Entries are gone.');
  }

  private checkLink(entry: AuditEntry): void {
    if (entry.seq !== this.previous.seq + 1 || !this.previousSound) return;
    const linked =
      entry.prevHash.equals(this.previous.hash) &&
      (this.expected.keys === null || entry.prevMac.equals(this.previous.mac));
    if (!linked)
      this.integrity.add('unlinked', at(entry), 'It was linked to another entry than stands before it.', {
        entryId: entry.id,
      });
  }

  private holdAgainst(head: SignedHead, entry: AuditEntry): void {
    const agrees = head.hash === entry.hash.toString('hex') && head.mac === entry.mac.toString('hex');
    if (!agrees)
      this.completeness.add(
        'rewritten',
        [this.agreed + 1, entry.seq],
        `The chain ends otherwise at ${entry.seq} than when head ${head.number} was signed.`,
        { entryId: entry.id, head: head.number },
      );
    this.agreed = Math.max(this.agreed, entry.seq);
  }

  private checkTail(end: ChainEnd | null): void {
    const { seq } = this.previous;
    const signed = this.soundHeads.reduce((max, head) => Math.max(max, head.sequence), 0);
    const known = this.expected.selected ? 0 : Math.max(end?.seq ?? 0, end ? signed : 0);
    if (known > seq) {
      const by = (end?.seq ?? 0) >= signed ? 'the kept end of the chain' : 'a signed head';
      this.completeness.add(
        'truncated',
        [seq + 1, known],
        `Entries up to ${known} are gone; ${by} knows them.`,
      );
    }
  }
}

const at = (entry: AuditEntry): readonly [number, number] => [entry.seq, entry.seq];

const same = (a: SignedHead, b: SignedHead): boolean =>
  a.number === b.number && a.hash === b.hash && a.mac === b.mac && a.sequence === b.sequence;
