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
    for (let seq = Number.MIN_SAFE_INTEGER; ;) {
      const batch = await this.uow.run(() => this.entries.next({}, seq, highest, BATCH));
      for (const entry of batch) verifier.add(entry, end.seq);
      const last = batch.at(-1);
      if (!last || batch.length < BATCH) break;
      seq = last.seq;
    }
    return { verifiedAt: this.clock.now().toISOString(), ...verifier.finish(end) };
  }
}
