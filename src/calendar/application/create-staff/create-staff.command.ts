import { Command } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import type { StaffDraft } from '../../infrastructure/staff.repository.js';

/** Errors: `calendar.service_not_found`, `calendar.person_unknown`, `calendar.person_has_diary`. */
export class CreateStaffCommand extends Command<StaffView> {
  constructor(readonly draft: StaffDraft) {
    super();
  }
}
