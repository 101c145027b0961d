import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import { Clock, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { reported } from '../../domain/certificate.js';
import { type CustomDomain, proven, rechecked } from '../../domain/custom-domain.js';
import { assertVersion } from '../../domain/errors.js';
import { DomainRepository } from '../../infrastructure/domain.repository.js';
import { SystemHostDirectory } from '../../infrastructure/system-host-directory.js';
import {
  assertClaimOpen,
  certificateOf,
  current,
  foundDomain,
  rulesOf,
  scheduled,
  withCertificate,
} from '../manage-domains/check-rules.js';
import {
  ProveDomainCommand,
  RecordCheckCommand,
  ReportCertificateCommand,
} from '../manage-domains/manage-domains.commands.js';

@CommandHandler(ProveDomainCommand)
export class ProveDomainHandler implements ICommandHandler<ProveDomainCommand> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly hosts: SystemHostDirectory,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly uow: UnitOfWork,
  ) {}

  async execute({ domainId, found }: ProveDomainCommand): Promise<CustomDomain> {
    const now = this.clock.now();
    const domain = current(foundDomain(await this.domains.lock(domainId), domainId), now);
    assertClaimOpen(domain, now);
    if (!(await this.domains.takeRoute(domain.name, domain.id)))
      throw new DomainError(
        'conflict',
        'domains.taken',
        `${domain.name} is proved by another business. It is free when their record has been gone for some days.`,
      );
    this.uow.afterCommit(() => this.hosts.forget(domain.name));
    return this.domains.save(scheduled(proven(domain, found, now, rulesOf(this.settings)), now));
  }
}

@CommandHandler(RecordCheckCommand)
export class RecordCheckHandler implements ICommandHandler<RecordCheckCommand> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly hosts: SystemHostDirectory,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly uow: UnitOfWork,
  ) {}

  async execute({ domainId, found }: RecordCheckCommand): Promise<void> {
    const now = this.clock.now();
    const domain = await this.domains.lock(domainId);
    // Removed while the DNS was asked.
    if (!domain) return;
    if (domain.ownership === 'unproven') {
      if (domain.claimExpiresAt <= now) await this.domains.remove(domain);
      return;
    }
    if (found === null) return;
    const after = rechecked(current(domain, now), found, now, rulesOf(this.settings));
    if (after.ownership === 'suspended') {
      await this.domains.dropRoute(domain.name);
      this.uow.afterCommit(() => this.hosts.forget(domain.name));
    }
    await this.domains.save(scheduled(after, now));
  }
}

@CommandHandler(ReportCertificateCommand)
export class ReportCertificateHandler implements ICommandHandler<ReportCertificateCommand> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ domainId, report, expectedVersion }: ReportCertificateCommand): Promise<CustomDomain> {
    const now = this.clock.now();
    const domain = current(foundDomain(await this.domains.lock(domainId), domainId), now);
    assertVersion('domains.changed', expectedVersion, domain.version);
    if (domain.ownership === 'suspended')
      throw new DomainError(
        'conflict',
        'domains.suspended',
        'The domain is suspended: prove it again first.',
      );
    const certificate = reported(now, certificateOf(domain), report);
    return this.domains.save(scheduled(withCertificate(domain, certificate), now));
  }
}
