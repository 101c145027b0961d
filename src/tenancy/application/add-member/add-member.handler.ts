import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AddMemberCommand } from '../../contracts/index.js';
import { Membership } from '../membership.js';

@CommandHandler(AddMemberCommand)
export class AddMemberHandler implements ICommandHandler<AddMemberCommand> {
  constructor(private readonly membership: Membership) {}

  async execute({ input: { role, ...person } }: AddMemberCommand): Promise<{ personId: string }> {
    return { personId: await this.membership.grant(person, role) };
  }
}
