import { Injectable } from '@nestjs/common';
import { Clock, currentContext, DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { RoleId } from '#libs/security';
import { InvitationCreated, InvitationRevoked, MailDue } from '../../contracts/index.js';
import { normalEmail } from '../../domain/person.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { type Invitation, InvitationRepository } from '../../infrastructure/invitation.repository.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import { Grants } from '../roles/grants.js';
import { InvitationTokens } from './invitation-tokens.js';

/** Who is asked to join the business of the context. Errors: `invitation.not_found` (404). */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly invitations: InvitationRepository,
    private readonly accounts: AccountRepository,
    private readonly tenants: TenantRepository,
    private readonly tokens: InvitationTokens,
    private readonly throttle: LoginThrottle,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly grants: Grants,
  ) {}

  /**
   * Errors: those of `Grants`, `tenancy.already_member`, `tenancy.already_invited` (409). What it tells about an
   * address is whether it is of this business, which whoever may invite can see anyway.
   */
  invite(input: { email: string; role: RoleId }): Promise<Invitation> {
    const { actor } = currentContext();
    const email = normalEmail(input.email);
    return this.uow.run(async () => {
      await this.grants.assertMayGrant(input.role);
      const personId = await this.accounts.idOfEmail(email);
      if (personId !== null && (await this.tenants.findMember(personId)))
        throw new DomainError('conflict', 'tenancy.already_member', 'This person has access already.');
      const id = newId();
      const token = await this.tokens.make(id);
      const invitation = {
        id,
        email,
        role: input.role,
        invitedBy: actor.id,
        createdAt: this.clock.now(),
      };
      if (!(await this.invitations.insert(invitation, token)))
        throw new DomainError(
          'conflict',
          'tenancy.already_invited',
          'This address has an open invitation: send it again, or revoke it first.',
        );
      await this.outbox.append(
        InvitationCreated.make(id, { invitationId: id, role: input.role, invitedBy: actor.id }),
        MailDue.make(id, { kind: 'invitation', subjectId: id }),
      );
      return { ...invitation, expiresAt: token.expiresAt };
    });
  }

  list(page: { limit: number; startingAfter?: string }): Promise<Invitation[]> {
    return this.uow.run(() => this.invitations.list(page));
  }

  /** A new link; the one before is no longer good. Error: `auth.too_many_attempts` (429). */
  async resend(id: string): Promise<Invitation> {
    const email = await this.uow.run(async () => {
      const invitation = await this.get(id);
      await this.grants.assertMayGrant(invitation.role);
      return invitation.email;
    });
    await this.throttle.mail('invitation', email, currentContext().request?.address ?? '');
    return this.uow.run(async () => {
      const token = await this.tokens.make(id);
      await this.invitations.renew(id, token);
      await this.outbox.append(MailDue.make(id, { kind: 'invitation', subjectId: id }));
      return this.get(id);
    });
  }

  async revoke(id: string): Promise<void> {
    await this.uow.run(async () => {
      if (!(await this.invitations.revoke(id, this.clock.now())))
        throw DomainError.notFound('invitation', id);
      await this.outbox.append(InvitationRevoked.make(id, { invitationId: id }));
    });
  }

  private async get(id: string): Promise<Invitation> {
    const found = await this.invitations.find(id);
    if (!found) throw DomainError.notFound('invitation', id);
    const { sealedToken: _, ...invitation } = found;
    return invitation;
  }
}
