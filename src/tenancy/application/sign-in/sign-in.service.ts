import { Injectable } from '@nestjs/common';
import { Clock, DomainError, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { hashToken, PasswordHasher, type RoleId } from '#libs/security';
import { normalEmail } from '../../domain/person.js';
import { type Refusal, tenantOfToken } from '../../domain/refresh-token.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { type LoginRow, Logins } from '../../infrastructure/logins.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { CloseSessionCommand } from '../close-session/close-session.command.js';
import { AnswerChallengeCommand, type MfaChallenge } from '../mfa/challenge.commands.js';
import { CODE_WRONG, type Proof } from '../mfa/second-factor.js';
import type { SessionTokens } from '../session-tokens.js';
import { clientOf, type Origin, personContext, systemContext } from '../origin.js';
import { RotateSessionCommand } from '../rotate-session/rotate-session.command.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { EnterBusinessCommand } from '../switch-business/enter-business.command.js';

/** What happens before a tenant is known: it finds the tenant, then dispatches inside it. */
@Injectable()
export class SignInService {
  private readonly refreshing = new Set<string>();

  constructor(
    private readonly logins: Logins,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly dispatcher: Dispatcher,
    private readonly denylist: SessionDenylist,
    private readonly clock: Clock,
    private readonly refusedSignIns: RefusedSignIns,
  ) {}

  /**
   * Tokens, or a challenge for the second factor of who has one. Errors: `auth.wrong_credentials` (401, the same for an unknown
   * address), `auth.too_many_attempts` (429), `auth.no_membership` (403), `auth.tenant_choice_required` (422, `facts.tenants`: the
   * person has several businesses).
   */
  async login(
    input: { email: string; password: string; tenantId?: string },
    origin: Origin,
  ): Promise<SessionTokens | MfaChallenge> {
    const email = normalEmail(input.email);
    const refund = await this.throttle.take(email, origin.address);
    const rows = await this.logins.find(email);
    if (!(await this.hasher.verify(rows[0]?.password_hash ?? null, input.password))) {
      if (rows[0])
        this.refusedSignIns.note(
          rows[0].person_id,
          rows.flatMap(({ tenant_id }) => (tenant_id === null ? [] : [systemContext(tenant_id, origin)])),
        );
      throw new DomainError(
        'unauthenticated',
        'auth.wrong_credentials',
        'The e-mail address or the password is wrong.',
      );
    }
    await refund();
    const who = chooseMembership(rows, input.tenantId);
    return runInContext(personContext(who, origin), () =>
      this.dispatcher.request(new EnterBusinessCommand(who.personId, who.role, clientOf(origin), null)),
    );
  }

  /** Errors: `auth.mfa_challenge_over`, `auth.mfa_code_wrong` (401), `auth.too_many_attempts` (429). */
  async answerChallenge(challengeToken: string, proof: Proof, origin: Origin): Promise<SessionTokens> {
    const tenantId = tenantOfToken(challengeToken, 'challenge');
    const email =
      tenantId && (await this.logins.challengedEmail(hashToken(challengeToken), this.clock.now()));
    if (tenantId === null || email === null) throw challengeOver();
    const refund = await this.throttle.take(email, origin.address, 'mfa');
    const answer = await runInContext(systemContext(tenantId, origin), () =>
      this.dispatcher.request(new AnswerChallengeCommand(challengeToken, proof, clientOf(origin))),
    );
    if ('refusal' in answer) throw answer.refusal === 'over' ? challengeOver() : codeWrong();
    await refund();
    return answer.tokens;
  }

  /** Errors (401): `auth.refresh_invalid`, `auth.refresh_expired`, `auth.refresh_reused`; (409) `auth.refresh_raced`. */
  async refresh(refreshToken: string, origin: Origin): Promise<SessionTokens> {
    const tenantId = tenantOfToken(refreshToken);
    if (tenantId === null) throw refused('unknown');
    // Of requests with one token at one time, one wins; the others are that client's own, and no reason to revoke.
    if (this.refreshing.has(refreshToken)) throw refused('raced');
    this.refreshing.add(refreshToken);
    const rotation = await runInContext(systemContext(tenantId, origin), () =>
      this.dispatcher.request(new RotateSessionCommand(refreshToken, clientOf(origin))),
    ).finally(() => this.refreshing.delete(refreshToken));
    if ('tokens' in rotation) return rotation.tokens;
    await this.denylist.deny(rotation.ended);
    throw refused(rotation.refusal);
  }

  async logout(refreshToken: string, origin: Origin): Promise<void> {
    const tenantId = tenantOfToken(refreshToken);
    if (tenantId === null) return;
    const ended = await runInContext(systemContext(tenantId, origin), () =>
      this.dispatcher.request(new CloseSessionCommand(refreshToken)),
    );
    await this.denylist.deny(ended);
  }
}

const challengeOver = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'auth.mfa_challenge_over',
    'This challenge is not valid, was answered, or is over: sign in again.',
  );

const codeWrong = (): DomainError => new DomainError('unauthenticated', 'auth.mfa_code_wrong', CODE_WRONG);

const chooseMembership = (
  rows: readonly LoginRow[],
  wanted: string | undefined,
): { personId: string; tenantId: string; role: RoleId } => {
  const memberships = rows.flatMap((row) =>
    row.tenant_id !== null && row.role !== null
      ? [{ personId: row.person_id, tenantId: row.tenant_id, role: row.role, name: row.tenant_name }]
      : [],
  );
  const candidates =
    wanted === undefined ? memberships : memberships.filter(({ tenantId }) => tenantId === wanted);
  const [only, ...others] = candidates;
  if (!only) throw new DomainError('forbidden', 'auth.no_membership', 'You have no access to this business.');
  if (others.length > 0) {
    throw new DomainError(
      'invalid',
      'auth.tenant_choice_required',
      'You have several businesses: name one as tenantId.',
      {
        errors: [{ pointer: '/tenantId', detail: 'is required for this account' }],
        facts: { tenants: candidates.map(({ tenantId, name }) => ({ id: tenantId, name })) },
      },
    );
  }
  return only;
};

const refused = (refusal: Refusal): DomainError => {
  switch (refusal) {
    case 'raced':
      return new DomainError(
        'conflict',
        'auth.refresh_raced',
        'Another request has just used this refresh token: use the tokens it got.',
      );
    case 'reused':
      return new DomainError(
        'unauthenticated',
        'auth.refresh_reused',
        'This refresh token was used before. For safety this login is over everywhere: sign in again.',
      );
    case 'expired':
      return new DomainError(
        'unauthenticated',
        'auth.refresh_expired',
        'The refresh token has expired: sign in again.',
      );
    case 'unknown':
    case 'revoked':
      return new DomainError(
        'unauthenticated',
        'auth.refresh_invalid',
        'The refresh token is not valid: sign in again.',
      );
  }
};
