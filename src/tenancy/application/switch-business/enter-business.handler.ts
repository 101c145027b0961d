import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Dispatcher } from '#libs/messaging';
import { type MfaChallenge, OpenChallengeCommand } from '../mfa/challenge.commands.js';
import { SecondFactor } from '../mfa/second-factor.js';
import type { SessionTokens } from '../session-tokens.js';
import { SessionIssuer } from '../session-issuer.js';
import { EnterBusinessCommand } from './enter-business.command.js';

@CommandHandler(EnterBusinessCommand)
export class EnterBusinessHandler implements ICommandHandler<EnterBusinessCommand> {
  constructor(
    private readonly factor: SecondFactor,
    private readonly issuer: SessionIssuer,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute({
    personId,
    role,
    client,
    mfaAt,
    startedAt,
  }: EnterBusinessCommand): Promise<SessionTokens | MfaChallenge> {
    if (mfaAt === null && (await this.factor.isOn(personId)))
      return this.dispatcher.request(new OpenChallengeCommand(personId, client));
    return this.issuer.open({ personId, role, mfaAt, startedAt }, client);
  }
}
