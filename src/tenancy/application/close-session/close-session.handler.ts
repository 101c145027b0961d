import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { hashToken } from '#libs/security';
import { RefreshSessionRepository } from '../../infrastructure/refresh-session.repository.js';
import { CloseSessionCommand } from './close-session.command.js';

@CommandHandler(CloseSessionCommand)
export class CloseSessionHandler implements ICommandHandler<CloseSessionCommand> {
  constructor(
    private readonly sessions: RefreshSessionRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ refreshToken }: CloseSessionCommand): Promise<void> {
    const session = await this.sessions.find(hashToken(refreshToken));
    if (session) await this.sessions.revokeFamily(session.familyId, this.clock.now());
  }
}
