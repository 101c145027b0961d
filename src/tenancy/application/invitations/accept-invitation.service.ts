import { Injectable } from '@nestjs/common';
import { Clock, currentContext, DomainError, newId, runInContext, type WorkContext } from '#libs/kernel';
import { Dispatcher, Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { hashToken, PasswordHasher } from '#libs/security';
import { InvitationAccepted } from '../../contracts/index.js';
import { tenantOfToken } from '../../domain/refresh-token.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { type Invitation, InvitationRepository } from '../../infrastructure/invitation.repository.js';
import { LoginSessionRepository } from '../../infrastructure/login-session.repository.js';
import { PasswordPolicy } from '../../infrastructure/password-policy.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import type { MfaChallenge } from '../mfa/challenge.commands.js';
import { clientOf, type Origin, personContext, systemContext } from '../origin.js';
import type { SessionTokens } from '../session-tokens.js';
import { EnterBusinessCommand } from '../switch-business/enter-business.command.js';

/** Whoever opens the link of an invitation joins the business that its token names. */
@Injectable()
export class AcceptInvitationService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly invitations: InvitationRepository,
    private readonly accounts: AccountRepository,
    private readonly tenants: TenantRepository,
    private readonly logins: LoginSessionRepository,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly dispatcher: Dispatcher,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * A new person, who is signed in by it. The link proves the address. Errors: `tenancy.invitation_invalid` (422),
   * `auth.sign_in_required` (409: the address has an account), those of PasswordPolicy.
   */
  async acceptAsNew(
    input: { token: string; name: string; password: string },
    origin: Origin,
  ): Promise<SessionTokens | MfaChallenge> {
    const context = contextOf(input.token, origin);
    this.policy.assert(input.password, [input.name]);
    // A network call: it comes before the transaction, in which alone the invitation is looked at.
    await this.policy.assertUnbreached(input.password);
    return runInContext(context, () =>
      this.uow.run(async () => {
        const hash = hashToken(input.token);
        const invitation = await this.open(hash);
        const { email } = invitation;
        const business = await this.tenants.find();
        this.policy.assert(input.password, [email, input.name, business?.name ?? '']);
        if ((await this.accounts.idOfEmail(email)) !== null) throw signInFirst();
        const personId = newId();
        const passwordHash = await this.hasher.hash(input.password);
        const person = { id: personId, email, name: input.name.trim(), passwordHash };
        // Of two at once the second waits here, and finds the address taken.
        if (!(await this.accounts.create(person, this.clock.now()))) throw signInFirst();
        await this.accounts.verifyEmail(personId, email, this.clock.now());
        await this.join(invitation, hash, personId);
        return this.dispatcher.request(
          new EnterBusinessCommand(personId, invitation.role, clientOf(origin), null),
        );
      }),
    );
  }

  /**
   * A signed-in person whose address was invited; answers a login in the business. Errors: `tenancy.invitation_invalid` (422),
   * `tenancy.invitation_for_another` (403).
   */
  async acceptSignedIn(
    token: string,
    sessionId: string,
    origin: Origin,
  ): Promise<SessionTokens | MfaChallenge> {
    const personId = currentContext().actor.id;
    const login = await this.uow.run(() => this.logins.find(sessionId));
    const { tenantId } = contextOf(token, origin);
    return runInContext(personContext({ personId, tenantId }, origin), () =>
      this.uow.run(async () => {
        const hash = hashToken(token);
        const invitation = await this.open(hash);
        const account = await this.accounts.find(personId);
        if (account?.email !== invitation.email)
          throw new DomainError(
            'forbidden',
            'tenancy.invitation_for_another',
            'This invitation is for another address than yours.',
          );
        await this.accounts.verifyEmail(personId, invitation.email, this.clock.now());
        await this.join(invitation, hash, personId);
        const member = await this.tenants.findMember(personId);
        const role = member?.role ?? invitation.role;
        return this.dispatcher.request(
          new EnterBusinessCommand(personId, role, clientOf(origin), login?.mfaAt ?? null, login?.createdAt),
        );
      }),
    );
  }

  private async open(hash: string): Promise<Invitation> {
    const invitation = await this.invitations.findByToken(hash, this.clock.now());
    if (!invitation) throw invalid();
    return invitation;
  }

  private async join(invitation: Invitation, hash: string, personId: string): Promise<void> {
    const now = this.clock.now();
    if (!(await this.invitations.accept(invitation.id, hash, personId, now))) throw invalid();
    await this.tenants.addMember(newId(), personId, invitation.role, now);
    await this.outbox.append(
      InvitationAccepted.make(invitation.id, {
        invitationId: invitation.id,
        personId,
        role: invitation.role,
      }),
    );
  }
}

const contextOf = (token: string, origin: Origin): WorkContext => {
  const tenantId = tenantOfToken(token, 'invitation');
  if (tenantId === null) throw invalid();
  return systemContext(tenantId, origin);
};

const invalid = (): DomainError =>
  DomainError.invalid(
    'tenancy.invitation_invalid',
    '/token',
    'This invitation is not valid, was used or revoked, or is too old: ask for a new one.',
  );

const signInFirst = (): DomainError =>
  new DomainError(
    'conflict',
    'auth.sign_in_required',
    'This address has an account: sign in, and accept with POST /api/v1/me/invitations.',
  );
