import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { currentContext, DomainError } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { PasswordHasher } from '#libs/security';
import { AccountChanged, MailDue } from '../../contracts/index.js';
import { normalEmail } from '../../domain/person.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { PasswordPolicy } from '../../infrastructure/password-policy.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { PersonTokens } from '../person-tokens.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { type Credentials, Reauthentication } from './reauthentication.js';

/** What a signed-in person does to the own account. The account is one for all their businesses. */
@Injectable()
export class AccountService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly tokens: PersonTokens,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly reauthentication: Reauthentication,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly outbox: Outbox,
    private readonly trail: AuditTrail,
  ) {}

  async rename(name: string): Promise<void> {
    await this.uow.run(() => this.accounts.rename(currentContext().actor.id, name.trim()));
  }

  /** Errors: `auth.email_verified_already` (409), `auth.too_many_attempts` (429). */
  async resendVerification(): Promise<void> {
    const { actor, request } = currentContext();
    const account = await this.uow.run(() => this.accounts.find(actor.id));
    if (!account || account.emailVerifiedAt)
      throw new DomainError('conflict', 'auth.email_verified_already', 'Your address is verified already.');
    await this.throttle.mail('verify-email', account.email, request?.address ?? '');
    await this.uow.run(() => this.tokens.mail(actor.id, 'verify-email', { email: account.email }));
  }

  /** Ends all other logins of the person. Errors: those of Reauthentication and PasswordPolicy. */
  async changePassword(input: Credentials & { newPassword: string }, sessionId: string): Promise<void> {
    const { person, run } = await this.reauthentication.full(input, '/currentPassword');
    this.policy.assert(input.newPassword, [person.email, person.name], '/newPassword');
    await this.policy.assertUnbreached(input.newPassword, '/newPassword');
    const hash = await this.hasher.hash(input.newPassword);
    const { personId } = person;
    const ended = await run(async () => {
      await this.accounts.changePassword(personId, hash);
      this.trail.record({ action: 'auth.password-changed', subject: { type: 'person', id: personId } });
      await this.outbox.append(
        AccountChanged.make(personId, { personId, what: 'password-changed' }),
        MailDue.make(personId, { kind: 'password-changed', subjectId: personId }),
      );
      return this.closer.endEverywhere(personId, sessionId);
    });
    await this.denylist.deny(ended);
  }

  /** Mails a link to the new address; nothing changes before it is opened, and nothing tells whether it is taken. */
  async askEmailChange(input: Credentials & { email: string }): Promise<void> {
    const { person, run } = await this.reauthentication.full(input);
    const email = normalEmail(input.email);
    await this.throttle.mail('change-email', email, currentContext().request?.address ?? '');
    await run(() => this.tokens.mail(person.personId, 'change-email', { email }));
  }
}
