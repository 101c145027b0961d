import { Query } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';

/** Error: `calendar.staff_not_found`. */
export class GetStaffQuery extends Query<StaffView> {
  constructor(readonly staffId: string) {
    super();
  }
}
