import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsMemberQuery } from '#contracts/tenancy';
import { Dispatcher } from '#libs/messaging';
import type { StaffView } from '../../contracts/index.js';
import { personUnknown } from '../../domain/calendar-errors.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { CreateStaffCommand } from './create-staff.command.js';

@CommandHandler(CreateStaffCommand)
export class CreateStaffHandler implements ICommandHandler<CreateStaffCommand> {
  constructor(
    private readonly staff: StaffRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute({ draft }: CreateStaffCommand): Promise<StaffView> {
    if (draft.personId !== null && !(await this.dispatcher.ask(new IsMemberQuery(draft.personId))))
      throw personUnknown();
    return this.staff.insert(draft);
  }
}
