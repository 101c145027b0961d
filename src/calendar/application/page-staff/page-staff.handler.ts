import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { PageStaffQuery } from './page-staff.query.js';

@QueryHandler(PageStaffQuery)
export class PageStaffHandler implements IQueryHandler<PageStaffQuery> {
  constructor(private readonly staff: StaffRepository) {}

  execute({ filter, limit, startingAfter }: PageStaffQuery): Promise<StaffView[]> {
    return this.staff.list(filter, limit, startingAfter);
  }
}
