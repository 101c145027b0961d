import { Injectable } from '@nestjs/common';
import { AuditKeys, type ChainReport, ChainVerifier, headBytes, type SignedHead } from '#libs/audit';
import { Clock, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { Signer } from '#libs/security';
import { AuditEntryRepository } from '../../infrastructure/audit-entry.repository.js';
import { AuditHeadRepository } from '../../infrastructure/audit-head.repository.js';
import { HeadsFile } from '../../infrastructure/heads-file.js';

export interface Verification extends ChainReport {
  readonly verifiedAt: string;
}

const BATCH = 1_000;

/** Reads the whole trail of the context's tenant, in short units of work, and holds it against its keys and its signed heads. */
@Injectable()
export class TrailVerifier {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly entries: AuditEntryRepository,
    private readonly heads: AuditHeadRepository,
    private readonly file: HeadsFile,
    private readonly keys: AuditKeys,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  /** @param given signed heads that the caller has kept, beside those of AUDIT_HEADS_PATH. */
  async verify(given: readonly SignedHead[] = []): Promise<Verification> {
    const tenantId = currentTenant();
    const elsewhere = [...(await this.file.read(tenantId)), ...given];
    // Heads first: one that is signed meanwhile must not reach beyond the end that is read after it.
    const heads = await this.uow.run(() => this.heads.upTo(Number.MAX_SAFE_INTEGER));
    const { end, highest } = await this.uow.run(() => this.entries.end());
    const verifier = new ChainVerifier({
      keys: this.keys.all(tenantId),
      heads,
      elsewhere,
      headHolds: (head) => head.tenantId === tenantId && this.signer.verify(headBytes(head), head),
    });
    let begins: string | null = null;
    for (let seq = Number.MIN_SAFE_INTEGER; ;) {
      const batch = await this.uow.run(() => this.entries.next({}, seq, highest, BATCH));
      for (const entry of batch) verifier.add(entry, end.seq);
      begins ??= batch[0]?.at ?? null;
      const last = batch.at(-1);
      if (!last || batch.length < BATCH) break;
      seq = last.seq;
    }
    const now = this.clock.now();
    const report = verifier.finish(end);
    const late = lateBy(tenantId, begins === null ? now : new Date(begins));
    const completeness = late ? [restarted(report, begins), ...report.completeness] : report.completeness;
    return { verifiedAt: now.toISOString(), ...report, completeness };
  }
}

/** Making a business is in its trail: one that begins later than this has lost its beginning, its end, and whatever tied them. */
const BEGINS_WITHIN_MS = 3_600_000;

/** By the time that is in the id of the business (UUID version 7), which whoever owns the tables cannot change unseen. */
const lateBy = (tenantId: string, begins: Date): boolean =>
  tenantId.charAt(14) === '7' &&
  begins.getTime() - Number.parseInt(tenantId.replaceAll('-', '').slice(0, 12), 16) > BEGINS_WITHIN_MS;

const restarted = (
  { firstSequence }: ChainReport,
  begins: string | null,
): ChainReport['completeness'][number] => ({
  kind: 'restarted',
  fromSequence: 1,
  toSequence: firstSequence ?? 1,
  entryId: null,
  head: null,
  detail:
    begins === null
      ? 'Nothing is left of the trail of this business.'
      : `The trail begins at ${begins}, and the business is older: what was written before is gone.`,
});
