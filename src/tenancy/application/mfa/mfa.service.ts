import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { Settings } from '#libs/config';
import { Clock, currentContext, DomainError } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { AccountChanged } from '../../contracts/index.js';
import { LoginSessionRepository } from '../../infrastructure/login-session.repository.js';
import { MfaRepository } from '../../infrastructure/mfa.repository.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { type Credentials, Reauthentication } from '../account/reauthentication.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { newTotpSecret, totpUri } from './one-time-password.js';
import { SecondFactor, wrongCode } from './second-factor.js';

/** The second factor of the signed-in person, for all their businesses. Of the errors those of Reauthentication are not repeated. */
@Injectable()
export class MfaService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly mfa: MfaRepository,
    private readonly factor: SecondFactor,
    private readonly logins: LoginSessionRepository,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly reauthentication: Reauthentication,
    private readonly outbox: Outbox,
    private readonly trail: AuditTrail,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async status(): Promise<{ enabled: boolean; recoveryCodesLeft: number }> {
    const row = await this.uow.run(() => this.mfa.find(currentContext().actor.id));
    const enabled = (row?.confirmedAt ?? null) !== null;
    return { enabled, recoveryCodesLeft: enabled ? (row?.recoveryCodesLeft ?? 0) : 0 };
  }

  /** A secret that counts once a code of it has come. Error: `auth.mfa_enabled_already` (409). */
  async start(password: string): Promise<{ secret: string; otpauthUri: string }> {
    const { personId, email } = await this.reauthentication.password(password);
    const secret = newTotpSecret();
    const sealed = await this.factor.seal(personId, secret);
    if (!(await this.uow.run(() => this.mfa.saveSecret(personId, sealed, this.clock.now()))))
      throw new DomainError(
        'conflict',
        'auth.mfa_enabled_already',
        'You have a second factor: disable it before you set up another.',
      );
    return { secret, otpauthUri: totpUri(secret, this.settings.accounts.mfaIssuer, email) };
  }

  /**
   * The secret counts from now on; other logins of the person end. Answers the recovery codes, once. Errors: `auth.mfa_not_started`
   * (409), `auth.mfa_code_wrong` (422).
   */
  async confirm(code: string, sessionId: string): Promise<string[]> {
    const { actor } = currentContext();
    const { codes, ended } = await this.uow.run(async () => {
      const row = await this.mfa.find(actor.id);
      if (!row || row.confirmedAt)
        throw new DomainError(
          'conflict',
          'auth.mfa_not_started',
          'Start with POST /api/v1/me/mfa; what is confirmed needs no confirmation.',
        );
      const step = await this.factor.stepOf(actor.id, row.sealedSecret, code);
      const now = this.clock.now();
      if (step === null || !(await this.mfa.confirm(actor.id, step, now))) throw wrongCode();
      await this.logins.markMfa(sessionId, now);
      await this.tell('mfa-enabled');
      return {
        codes: await this.factor.renewRecoveryCodes(actor.id),
        ended: await this.closer.endEverywhere(actor.id, sessionId),
      };
    });
    await this.denylist.deny(ended);
    return codes;
  }

  /** New recovery codes in place of the old ones. Error: `auth.mfa_not_enabled` (409). */
  async renewRecoveryCodes(input: Credentials): Promise<string[]> {
    return this.proven(input, async (personId) => {
      await this.tell('recovery-codes-renewed');
      return this.factor.renewRecoveryCodes(personId);
    });
  }

  /** The error is that of `renewRecoveryCodes`. */
  async disable(input: Credentials): Promise<void> {
    await this.proven(input, async (personId) => {
      await this.tell('mfa-disabled');
      await this.mfa.remove(personId);
    });
  }

  private async proven<T>(input: Credentials, work: (personId: string) => Promise<T>): Promise<T> {
    const { person, run } = await this.reauthentication.full(input);
    return run(async () => {
      if (!(await this.factor.isOn(person.personId)))
        throw new DomainError('conflict', 'auth.mfa_not_enabled', 'You have no second factor.');
      return work(person.personId);
    });
  }

  private async tell(what: 'mfa-enabled' | 'mfa-disabled' | 'recovery-codes-renewed'): Promise<void> {
    const personId = currentContext().actor.id;
    this.trail.record({ action: `auth.${what}`, subject: { type: 'person', id: personId } });
    await this.outbox.append(AccountChanged.make(personId, { personId, what }));
  }
}
