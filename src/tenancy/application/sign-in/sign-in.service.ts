import { Injectable } from '@nestjs/common';
import { DomainError, type RequestOrigin, runInContext, type WorkContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { actorOf, PasswordHasher, type Role } from '#libs/security';
import { normalEmail } from '../../domain/person.js';
import { type Refusal, tenantOfToken } from '../../domain/refresh-token.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { CloseSessionCommand } from '../close-session/close-session.command.js';
import { type Client, OpenSessionCommand, type SessionTokens } from '../open-session/open-session.command.js';
import { RotateSessionCommand } from '../rotate-session/rotate-session.command.js';
import { RefusedSignIns } from './refused-sign-ins.js';

interface LoginRow {
  person_id: string;
  password_hash: string;
  tenant_id: string | null;
  tenant_name: string | null;
  role: Role | null;
}

type Origin = Client & RequestOrigin & { traceId: string };

/** What happens before a tenant is known: it finds the tenant, then dispatches inside it. */
@Injectable()
export class SignInService {
  private readonly refreshing = new Set<string>();

  constructor(
    private readonly system: SystemFunctions,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly dispatcher: Dispatcher,
    private readonly refusedSignIns: RefusedSignIns,
  ) {}

  /**
   * Errors: `auth.wrong_credentials` (401, the same for an unknown address), `auth.too_many_attempts` (429),
   * `auth.no_membership` (403), `auth.tenant_choice_required` (422, `facts.tenants`: the person has several businesses).
   */
  async login(
    input: { email: string; password: string; tenantId?: string },
    origin: Origin,
  ): Promise<SessionTokens> {
    const email = normalEmail(input.email);
    const refund = await this.throttle.take(email, origin.address);
    const rows = await this.system.call<LoginRow>('find_login', [email]);
    if (!(await this.hasher.verify(rows[0]?.password_hash ?? null, input.password))) {
      const tenants = rows.flatMap((row) => row.tenant_id ?? []);
      if (rows[0])
        this.refusedSignIns.note(
          rows[0].person_id,
          tenants.map((tenantId) => systemContext(tenantId, origin)),
        );
      throw new DomainError(
        'unauthenticated',
        'auth.wrong_credentials',
        'The e-mail address or the password is wrong.',
      );
    }
    await refund();
    const { personId, tenantId, role } = chooseMembership(rows, input.tenantId);
    const context: WorkContext = {
      tenantId,
      actor: actorOf({ personId, role }),
      traceId: origin.traceId,
      request: requestOf(origin),
    };
    return runInContext(context, () =>
      this.dispatcher.request(new OpenSessionCommand(personId, role, clientOf(origin))),
    );
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
    if ('refusal' in rotation) throw refused(rotation.refusal);
    return rotation.tokens;
  }

  async logout(refreshToken: string, origin: Origin): Promise<void> {
    const tenantId = tenantOfToken(refreshToken);
    if (tenantId === null) return;
    await runInContext(systemContext(tenantId, origin), () =>
      this.dispatcher.request(new CloseSessionCommand(refreshToken)),
    );
  }
}

const clientOf = ({ address, userAgent }: Origin): Client => ({ address, userAgent });

const requestOf = ({ requestId, operation, address, userAgent }: Origin): RequestOrigin => ({
  requestId,
  operation,
  address,
  userAgent,
});

const systemContext = (tenantId: string, origin: Origin): WorkContext => ({
  tenantId,
  actor: { kind: 'system', id: 'sign-in' },
  traceId: origin.traceId,
  request: requestOf(origin),
});

const chooseMembership = (
  rows: readonly LoginRow[],
  wanted: string | undefined,
): { personId: string; tenantId: string; role: Role } => {
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
