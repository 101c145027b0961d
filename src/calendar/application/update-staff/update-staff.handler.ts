import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import { staleVersion } from '../../domain/calendar-errors.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { patched } from '../patched.js';
import { UpdateStaffCommand } from './update-staff.command.js';

@CommandHandler(UpdateStaffCommand)
export class UpdateStaffHandler implements ICommandHandler<UpdateStaffCommand> {
  constructor(private readonly staff: StaffRepository) {}

  async execute({ staffId, patch, expectedVersion }: UpdateStaffCommand): Promise<StaffView> {
    const present = await this.staff.lock(staffId);
    if (expectedVersion !== undefined && expectedVersion !== present.version) {
      throw staleVersion('calendar.staff_changed', expectedVersion, present.version);
    }
    const changed = patched(present, patch);
    await this.staff.save(changed, { services: patch.serviceIds !== undefined });
    return changed;
  }
}
