import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsMemberQuery } from '#contracts/tenancy';
import { Dispatcher } from '#libs/messaging';
import type { StaffView } from '../../contracts/index.js';
import { personUnknown, staleVersion } from '../../domain/calendar-errors.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { patched } from '../patched.js';
import { UpdateStaffCommand } from './update-staff.command.js';

@CommandHandler(UpdateStaffCommand)
export class UpdateStaffHandler implements ICommandHandler<UpdateStaffCommand> {
  constructor(
    private readonly staff: StaffRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute({ staffId, patch, expectedVersion }: UpdateStaffCommand): Promise<StaffView> {
    const present = await this.staff.lock(staffId);
    if (expectedVersion !== undefined && expectedVersion !== present.version) {
      throw staleVersion('calendar.staff_changed', expectedVersion, present.version);
    }
    if (patch.personId && !(await this.dispatcher.ask(new IsMemberQuery(patch.personId))))
      throw personUnknown();
    const changed = patched(present, patch);
    await this.staff.save(changed, { services: patch.serviceIds !== undefined });
    return changed;
  }
}
