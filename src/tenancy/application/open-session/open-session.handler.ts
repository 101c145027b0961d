import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '#libs/kernel';
import { SessionIssuer } from '../session-issuer.js';
import { OpenSessionCommand, type SessionTokens } from './open-session.command.js';

@CommandHandler(OpenSessionCommand)
export class OpenSessionHandler implements ICommandHandler<OpenSessionCommand> {
  constructor(private readonly issuer: SessionIssuer) {}

  execute({ personId, role, client }: OpenSessionCommand): Promise<SessionTokens> {
    return this.issuer.issue({ personId, role, familyId: newId() }, client);
  }
}
