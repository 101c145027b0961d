import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EndMemberSessionsCommand } from '../../contracts/index.js';
import { SessionCloser } from './session-closer.js';

@CommandHandler(EndMemberSessionsCommand)
export class EndMemberSessionsHandler implements ICommandHandler<EndMemberSessionsCommand> {
  constructor(private readonly closer: SessionCloser) {}

  async execute({ input }: EndMemberSessionsCommand): Promise<{ sessionIds: string[] }> {
    return { sessionIds: await this.closer.end(input.personId, { except: null }) };
  }
}
