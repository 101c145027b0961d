import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ListStaffQuery, type StaffView } from '../../contracts/index.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';

@QueryHandler(ListStaffQuery)
export class ListStaffHandler implements IQueryHandler<ListStaffQuery> {
  constructor(private readonly staff: StaffRepository) {}

  execute({ filter }: ListStaffQuery): Promise<StaffView[]> {
    return this.staff.listActive(filter.serviceId);
  }
}
