import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, DomainError, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { Rounds } from '#libs/rounds';
import type { DnsFindings } from '../../domain/custom-domain.js';
import { GetDomainQuery, RecordCheckCommand } from '../manage-domains/manage-domains.commands.js';
import { VerifyDomainService } from './verify-domain.service.js';

const EVERY_MS = 60_000;
const AGAIN_MS = 600_000;
const BATCH = 100;

/** Looks again for the proofs of domains that are due, and lets claims go that are over. */
@Injectable()
export class DomainWatch {
  private readonly logger = new Logger(DomainWatch.name);
  private readonly rounds: Rounds;

  constructor(
    private readonly system: SystemFunctions,
    private readonly dispatcher: Dispatcher,
    private readonly verifier: VerifyDomainService,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.rounds = new Rounds(settings, clock);
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.rounds.make(
      0,
      () => this.run(),
      (error) => this.logger.warn({ err: error }, 'domains could not be checked; next minute again'),
    );
  }

  /** Checks what is due, at most 100; answers how many it took. One that gets no answer is looked at again in ten minutes. */
  async run(): Promise<number> {
    const now = this.clock.now();
    const again = new Date(now.getTime() + AGAIN_MS);
    const due = await this.system.call<{ tenant_id: string; domain_id: string }>('claim_due_domains', [
      now,
      again,
      BATCH,
    ]);
    for (const { tenant_id: tenantId, domain_id: domainId } of due)
      await runInContext({ tenantId, actor: { kind: 'system', id: 'domain-watch' }, traceId: newId() }, () =>
        this.check(domainId),
      ).catch((error: unknown) =>
        this.logger.warn({ err: error, tenantId, domainId }, 'a domain was not checked'),
      );
    return due.length;
  }

  private async check(domainId: string): Promise<void> {
    const domain = await this.dispatcher.ask(new GetDomainQuery(domainId)).catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === 'not-found') return null;
      throw error;
    });
    if (!domain) return;
    const found: DnsFindings | null =
      domain.ownership === 'unproven' ? null : await this.verifier.look(domain);
    await this.dispatcher.request(new RecordCheckCommand(domainId, found));
  }
}
