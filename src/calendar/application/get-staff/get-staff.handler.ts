import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import { staffNotFound } from '../../domain/calendar-errors.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { GetStaffQuery } from './get-staff.query.js';

@QueryHandler(GetStaffQuery)
export class GetStaffHandler implements IQueryHandler<GetStaffQuery> {
  constructor(private readonly staff: StaffRepository) {}

  async execute({ staffId }: GetStaffQuery): Promise<StaffView> {
    const view = await this.staff.find(staffId);
    if (!view) throw staffNotFound(staffId, 'id');
    return view;
  }
}
