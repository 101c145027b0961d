import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { CreateStaffCommand } from './create-staff.command.js';

@CommandHandler(CreateStaffCommand)
export class CreateStaffHandler implements ICommandHandler<CreateStaffCommand> {
  constructor(private readonly staff: StaffRepository) {}

  execute({ draft }: CreateStaffCommand): Promise<StaffView> {
    return this.staff.insert(draft);
  }
}
