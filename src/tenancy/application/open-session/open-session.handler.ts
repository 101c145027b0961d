import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '#libs/audit';
import { newId } from '#libs/kernel';
import { SessionIssuer } from '../session-issuer.js';
import { OpenSessionCommand, type SessionTokens } from './open-session.command.js';

@CommandHandler(OpenSessionCommand)
export class OpenSessionHandler implements ICommandHandler<OpenSessionCommand> {
  constructor(
    private readonly issuer: SessionIssuer,
    private readonly trail: AuditTrail,
  ) {}

  execute({ personId, role, client }: OpenSessionCommand): Promise<SessionTokens> {
    const familyId = newId();
    this.trail.record({ action: 'auth.signed-in', subject: { type: 'session', id: familyId } });
    return this.issuer.issue({ personId, role, familyId }, client);
  }
}
