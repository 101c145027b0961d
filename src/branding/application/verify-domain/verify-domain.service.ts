import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, DomainError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import type { CustomDomain, DnsFindings } from '../../domain/custom-domain.js';
import { asciiHost, challengeOf } from '../../domain/domain-name.js';
import { DnsResolver } from '../../infrastructure/dns-resolver.js';
import { assertClaimOpen } from '../manage-domains/check-rules.js';
import { GetDomainQuery, ProveDomainCommand } from '../manage-domains/manage-domains.commands.js';

/** Asks the DNS between two units of work, never inside one. */
@Injectable()
export class VerifyDomainService {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly dns: DnsResolver,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Errors: `domains.not_found`, `domains.claim_expired`, `domains.proof_missing`, `domains.taken` (409); `ProviderError` of
   * `dns` when it gave no answer.
   */
  async verify(domainId: string): Promise<CustomDomain> {
    const domain = await this.dispatcher.ask(new GetDomainQuery(domainId));
    assertClaimOpen(domain, this.clock.now());
    const found = await this.look(domain);
    if (!found.proof)
      throw new DomainError(
        'conflict',
        'domains.proof_missing',
        `The TXT record ${challengeOf(domain.name)} does not hold the token. DNS changes may take an hour to be seen.`,
        { facts: { record: challengeOf(domain.name), value: domain.token } },
      );
    return this.dispatcher.request(new ProveDomainCommand(domainId, found));
  }

  /** Error: `ProviderError` of `dns` when it gave no answer: then nothing is known. */
  async look({ name, token }: Pick<CustomDomain, 'name' | 'token'>): Promise<DnsFindings> {
    const { cnameTarget } = this.settings.domains;
    const target = cnameTarget === null ? null : asciiHost(cnameTarget);
    const records = await this.dns.txt(challengeOf(name));
    const points = target === null ? null : (await this.dns.cname(name)) === target;
    return { proof: records.some((record) => record.trim() === token), points };
  }
}
