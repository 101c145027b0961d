import { Injectable } from '@nestjs/common';
import { Clock, DomainError, newId, runInContext } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { PasswordHasher } from '#libs/security';
import { AccountChanged, MailDue, PasswordResetAsked } from '../../contracts/index.js';
import { normalEmail } from '../../domain/person.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { PasswordPolicy } from '../../infrastructure/password-policy.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { LOBBY, type Origin, systemContext } from '../origin.js';
import { PersonTokens } from '../person-tokens.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { SealedAddresses } from '../send-mail/sealed-addresses.js';

/** What a link in a mail does. Whoever opens it is not signed in: the work is nobody's business (LOBBY). */
@Injectable()
export class MailedLinksService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly tokens: PersonTokens,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly addresses: SealedAddresses,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Error: `auth.link_invalid` (422). */
  async verifyEmail(token: string, origin: Origin): Promise<void> {
    await this.inLobby(origin, async () => {
      const { personId, data } = await this.tokens.use<{ email: string }>(token, 'verify-email');
      if (!data || !(await this.accounts.verifyEmail(personId, data.email, this.clock.now())))
        throw linkOfOldAddress();
      await this.tell(personId, 'email-verified');
    });
  }

  /** The address before is told. Errors: `auth.link_invalid` (422), `auth.email_taken` (409). */
  async confirmEmailChange(token: string, origin: Origin): Promise<void> {
    await this.inLobby(origin, async () => {
      const { personId, data } = await this.tokens.use<{ email: string }>(token, 'change-email');
      const old = data && (await this.accounts.changeEmail(personId, data.email, this.clock.now()));
      if (!old)
        throw new DomainError('conflict', 'auth.email_taken', 'Another account has this address by now.');
      await this.tell(personId, 'email-changed');
      const mailId = newId();
      const sealedTo = await this.addresses.seal(old, mailId, 'sealedTo');
      await this.outbox.append(
        MailDue.make(personId, { kind: 'email-changed', subjectId: personId, sealedTo }, { id: mailId }),
      );
    });
  }

  /**
   * The same work and the same answer for every address: one event with the address sealed. Whether it has an account is looked up
   * when the event is handled. Error: `auth.too_many_attempts` (429), whether it has one or not.
   */
  async askPasswordReset(input: { email: string }, origin: Origin): Promise<void> {
    const email = normalEmail(input.email);
    await this.throttle.mail('password-reset', email, origin.address);
    const id = newId();
    await this.inLobby(origin, async () => {
      const sealedEmail = await this.addresses.seal(email, id, 'sealedEmail');
      await this.outbox.append(PasswordResetAsked.make(id, { sealedEmail }, { id }));
    });
  }

  /** Ends all logins of the person. Errors: `auth.link_invalid`, those of PasswordPolicy (422). */
  async resetPassword(input: { token: string; password: string }, origin: Origin): Promise<void> {
    this.policy.assert(input.password, []);
    // A network call: it comes before the transaction, in which alone it is known whose password it will be.
    await this.policy.assertUnbreached(input.password);
    const ended = await this.inLobby(origin, async () => {
      const { personId, data } = await this.tokens.use<{ email: string }>(input.token, 'password-reset');
      const account = await this.accounts.find(personId);
      // A link that went to an address which is no longer theirs opens nothing.
      if (!account || !data || account.email !== data.email) throw linkOfOldAddress();
      this.policy.assert(input.password, [account.email, account.name]);
      await this.accounts.changePassword(personId, await this.hasher.hash(input.password));
      await this.accounts.verifyEmail(personId, data.email, this.clock.now());
      await this.tell(personId, 'password-changed');
      await this.outbox.append(MailDue.make(personId, { kind: 'password-changed', subjectId: personId }));
      return this.closer.endEverywhere(personId, null);
    });
    await this.denylist.deny(ended);
  }

  private async tell(
    personId: string,
    what: 'email-verified' | 'email-changed' | 'password-changed',
  ): Promise<void> {
    await this.outbox.append(AccountChanged.make(personId, { personId, what }));
  }

  private inLobby<T>(origin: Origin, work: () => Promise<T>): Promise<T> {
    return runInContext(systemContext(LOBBY, origin), () => this.uow.run(work));
  }
}

const linkOfOldAddress = (): DomainError =>
  DomainError.invalid(
    'auth.link_invalid',
    '/token',
    'This link is not valid, or was used, or is too old: ask for a new one.',
  );
