import { Injectable } from '@nestjs/common';
import { currentContext, currentTenant, DomainError, runInContext } from '#libs/kernel';
import { Dispatcher, Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { MemberLeft } from '../../contracts/index.js';
import { AccountRepository, type BusinessOfPerson } from '../../infrastructure/account.repository.js';
import { LoginSessionRepository } from '../../infrastructure/login-session.repository.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import type { MfaChallenge } from '../mfa/challenge.commands.js';
import { clientOf, type Origin, personContext } from '../origin.js';
import type { SessionTokens } from '../session-tokens.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { EnterBusinessCommand } from './enter-business.command.js';

/** The businesses of the signed-in person. */
@Injectable()
export class BusinessesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly logins: LoginSessionRepository,
    private readonly tenants: TenantRepository,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly dispatcher: Dispatcher,
    private readonly outbox: Outbox,
  ) {}

  /** In the order in which they joined. */
  list(): Promise<BusinessOfPerson[]> {
    return this.uow.run(() => this.accounts.businesses(currentContext().actor.id));
  }

  /**
   * A login in another business; the one here lives on. The second factor counts there as well, and is asked for when it was not shown
   * here. Error: `auth.no_membership` (403).
   */
  async enter(tenantId: string, sessionId: string, origin: Origin): Promise<SessionTokens | MfaChallenge> {
    const personId = currentContext().actor.id;
    const { target, login } = await this.uow.run(async () => ({
      target: (await this.accounts.businesses(personId)).find((each) => each.tenantId === tenantId),
      login: await this.logins.find(sessionId),
    }));
    if (!target)
      throw new DomainError('forbidden', 'auth.no_membership', 'You have no access to this business.');
    return runInContext(personContext({ personId, tenantId }, origin), () =>
      this.dispatcher.request(
        new EnterBusinessCommand(
          personId,
          target.role,
          clientOf(origin),
          login?.mfaAt ?? null,
          login?.createdAt,
        ),
      ),
    );
  }

  /** Ends the person's access to the business of the context. Errors: `business.not_found` (404), `tenancy.last_owner`, `tenancy.switch_first` (409). */
  async leave(tenantId: string): Promise<void> {
    const personId = currentContext().actor.id;
    if (!(await this.list()).some((each) => each.tenantId === tenantId))
      throw DomainError.notFound('business', tenantId);
    if (tenantId !== currentTenant())
      throw new DomainError(
        'conflict',
        'tenancy.switch_first',
        'Switch to this business before you leave it.',
      );
    const ended = await this.uow.run(async () => {
      const sessions = await this.closer.end(personId, { except: null });
      if ((await this.tenants.removeMember(personId)) === 'last-owner')
        throw new DomainError(
          'conflict',
          'tenancy.last_owner',
          'You are the only owner: make somebody else an owner first.',
        );
      await this.outbox.append(MemberLeft.make(personId, { personId }));
      return sessions;
    });
    await this.denylist.deny(ended);
  }
}
