import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '#libs/audit';
import { hashToken } from '#libs/security';
import { RefreshSessionRepository } from '../../infrastructure/refresh-session.repository.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { CloseSessionCommand } from './close-session.command.js';

@CommandHandler(CloseSessionCommand)
export class CloseSessionHandler implements ICommandHandler<CloseSessionCommand> {
  constructor(
    private readonly sessions: RefreshSessionRepository,
    private readonly closer: SessionCloser,
    private readonly trail: AuditTrail,
  ) {}

  async execute({ refreshToken }: CloseSessionCommand): Promise<string[]> {
    const session = await this.sessions.find(hashToken(refreshToken));
    if (!session) return [];
    const ended = await this.closer.end(session.personId, { only: session.familyId });
    if (ended.length > 0)
      this.trail.record({
        action: 'auth.signed-out',
        subject: { type: 'session', id: session.familyId },
        actor: { kind: 'user', id: session.personId },
      });
    return ended;
  }
}
