import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashToken } from '#libs/security';
import { RefreshSessionRepository } from '../../infrastructure/refresh-session.repository.js';
import { SessionCloser } from '../sessions/session-closer.js';
import { CloseSessionCommand } from './close-session.command.js';

@CommandHandler(CloseSessionCommand)
export class CloseSessionHandler implements ICommandHandler<CloseSessionCommand> {
  constructor(
    private readonly sessions: RefreshSessionRepository,
    private readonly closer: SessionCloser,
  ) {}

  async execute({ refreshToken }: CloseSessionCommand): Promise<string[]> {
    const session = await this.sessions.find(hashToken(refreshToken));
    return session ? this.closer.end(session.personId, { only: session.familyId }) : [];
  }
}
