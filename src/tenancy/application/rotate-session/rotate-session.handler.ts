import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '#libs/audit';
import { Clock } from '#libs/kernel';
import { hashToken } from '#libs/security';
import { refusalOf } from '../../domain/refresh-token.js';
import { LoginSessionRepository } from '../../infrastructure/login-session.repository.js';
import { RefreshSessionRepository } from '../../infrastructure/refresh-session.repository.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import { SessionIssuer } from '../session-issuer.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { RotateSessionCommand, type Rotation } from './rotate-session.command.js';

@CommandHandler(RotateSessionCommand)
export class RotateSessionHandler implements ICommandHandler<RotateSessionCommand> {
  constructor(
    private readonly sessions: RefreshSessionRepository,
    private readonly logins: LoginSessionRepository,
    private readonly tenants: TenantRepository,
    private readonly issuer: SessionIssuer,
    private readonly closer: SessionCloser,
    private readonly clock: Clock,
    private readonly trail: AuditTrail,
  ) {}

  async execute({ refreshToken, client }: RotateSessionCommand): Promise<Rotation> {
    const now = this.clock.now();
    const tokenHash = hashToken(refreshToken);
    const used = await this.sessions.use(tokenHash, now);
    if (!used) return this.refuse(tokenHash, now);
    const member = await this.tenants.findMember(used.personId);
    const login = await this.logins.find(used.familyId);
    if (!member || !login) return { refusal: 'revoked', ended: [] };
    await this.logins.touch(used.familyId, client, now);
    const startedAt = login.createdAt;
    return { tokens: await this.issuer.issue({ ...used, role: member.role, startedAt }, client) };
  }

  private async refuse(tokenHash: string, now: Date): Promise<Rotation> {
    const session = await this.sessions.find(tokenHash);
    const refusal = refusalOf(session, now);
    if (!session || refusal !== 'reused') return { refusal, ended: [] };
    this.trail.record({
      action: 'auth.refresh-reused',
      subject: { type: 'session', id: session.familyId },
      facts: { personId: session.personId },
    });
    return { refusal, ended: await this.closer.end(session.personId, { only: session.familyId }) };
  }
}
