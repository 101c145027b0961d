import { Command } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import type { StaffDraft } from '../../infrastructure/staff.repository.js';

/** Error: `calendar.service_not_found`. */
export class CreateStaffCommand extends Command<StaffView> {
  constructor(readonly draft: StaffDraft) {
    super();
  }
}
