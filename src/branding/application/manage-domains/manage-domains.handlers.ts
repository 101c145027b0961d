import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import { Clock, DomainError, newId } from '#libs/kernel';
import { randomToken } from '#libs/security';
import { UnitOfWork } from '#libs/persistence';
import { INITIAL } from '../../domain/certificate.js';
import type { CustomDomain } from '../../domain/custom-domain.js';
import { asciiHost, claimable } from '../../domain/domain-name.js';
import { DomainRepository } from '../../infrastructure/domain.repository.js';
import { OwnHosts } from '../../infrastructure/own-hosts.js';
import { SystemHostDirectory } from '../../infrastructure/system-host-directory.js';
import { current, foundDomain } from './check-rules.js';
import {
  AddDomainCommand,
  GetDomainQuery,
  ListDomainsQuery,
  RemoveDomainCommand,
} from './manage-domains.commands.js';

const DAY_MS = 86_400_000;
const MOST = 50;

@QueryHandler(ListDomainsQuery)
export class ListDomainsHandler implements IQueryHandler<ListDomainsQuery> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ page }: ListDomainsQuery): Promise<CustomDomain[]> {
    const now = this.clock.now();
    return (await this.domains.list(page)).map((domain) => current(domain, now));
  }
}

@QueryHandler(GetDomainQuery)
export class GetDomainHandler implements IQueryHandler<GetDomainQuery> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ domainId }: GetDomainQuery): Promise<CustomDomain> {
    return current(foundDomain(await this.domains.find(domainId), domainId), this.clock.now());
  }
}

@CommandHandler(AddDomainCommand)
export class AddDomainHandler implements ICommandHandler<AddDomainCommand> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly own: OwnHosts,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async execute(command: AddDomainCommand): Promise<CustomDomain> {
    const { cnameTarget, claimDays } = this.settings.domains;
    const target = cnameTarget === null ? null : asciiHost(cnameTarget);
    const name = claimable(command.name, [...this.own.named, ...(target === null ? [] : [target])]);
    const now = this.clock.now();
    const known = await this.domains.lockByName(name);
    if (known?.ownership === 'unproven' && known.claimExpiresAt <= now) await this.domains.remove(known);
    else if (known) throw exists(name);
    if ((await this.domains.count()) >= MOST)
      throw new DomainError(
        'conflict',
        'domains.too_many',
        `A business may have ${MOST} domains: remove one.`,
      );
    const claimExpiresAt = new Date(now.getTime() + claimDays * DAY_MS);
    const domain: CustomDomain = {
      id: newId(),
      name,
      token: `frontdesk-${randomToken()}`,
      status: INITIAL,
      ownership: 'unproven',
      pointed: false,
      claimExpiresAt,
      verifiedAt: null,
      checkedAt: null,
      nextCheckAt: claimExpiresAt,
      graceUntil: null,
      certificateNotAfter: null,
      certificateError: null,
      createdAt: now,
      version: 1,
    };
    if (!(await this.domains.insert(domain))) throw exists(name);
    return domain;
  }
}

@CommandHandler(RemoveDomainCommand)
export class RemoveDomainHandler implements ICommandHandler<RemoveDomainCommand> {
  constructor(
    private readonly domains: DomainRepository,
    private readonly hosts: SystemHostDirectory,
    private readonly uow: UnitOfWork,
  ) {}

  async execute({ domainId }: RemoveDomainCommand): Promise<void> {
    const domain = foundDomain(await this.domains.lock(domainId), domainId);
    await this.domains.remove(domain);
    this.uow.afterCommit(() => this.hosts.forget(domain.name));
  }
}

const exists = (name: string): DomainError =>
  new DomainError(
    'conflict',
    'domains.exists',
    `${name} is in your list already: verify it or remove it there.`,
  );
