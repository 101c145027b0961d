import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '#libs/audit';
import { Clock } from '#libs/kernel';
import { hashToken } from '#libs/security';
import { RefreshSessionRepository } from '../../infrastructure/refresh-session.repository.js';
import { CloseSessionCommand } from './close-session.command.js';

@CommandHandler(CloseSessionCommand)
export class CloseSessionHandler implements ICommandHandler<CloseSessionCommand> {
  constructor(
    private readonly sessions: RefreshSessionRepository,
    private readonly clock: Clock,
    private readonly trail: AuditTrail,
  ) {}

  async execute({ refreshToken }: CloseSessionCommand): Promise<void> {
    const session = await this.sessions.find(hashToken(refreshToken));
    if (!session) return;
    const revoked = await this.sessions.revokeFamily(session.familyId, this.clock.now());
    if (revoked > 0)
      this.trail.record({
        action: 'auth.signed-out',
        subject: { type: 'session', id: session.familyId },
        actor: { kind: 'user', id: session.personId },
      });
  }
}
