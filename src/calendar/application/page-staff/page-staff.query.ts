import { Query } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import type { StaffFilter } from '../../infrastructure/staff.repository.js';

/** Staff by age, inactive ones too unless the filter says otherwise; one more than `limit` when there is one. */
export class PageStaffQuery extends Query<StaffView[]> {
  constructor(
    readonly filter: StaffFilter,
    readonly limit: number,
    readonly startingAfter?: string,
  ) {
    super();
  }
}
