import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { staffNotFound } from '../../domain/calendar-errors.js';
import { formatIntervals, type WeeklyInterval, weeklyHoursOf } from '../../domain/working-hours.js';
import { HoursRepository } from '../../infrastructure/hours.repository.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { GetWorkingHoursQuery, type WorkingHoursView } from './get-working-hours.query.js';

@QueryHandler(GetWorkingHoursQuery)
export class GetWorkingHoursHandler implements IQueryHandler<GetWorkingHoursQuery> {
  constructor(
    private readonly hours: HoursRepository,
    private readonly staff: StaffRepository,
  ) {}

  async execute({ staffId }: GetWorkingHoursQuery): Promise<WorkingHoursView> {
    const member = await this.staff.find(staffId);
    if (!member) throw staffNotFound(staffId, 'id');
    return workingHoursView(staffId, await this.hours.weeklyOf(staffId), member.version);
  }
}

export const workingHoursView = (
  staffId: string,
  rows: readonly WeeklyInterval[],
  version: number,
): WorkingHoursView => {
  const weekly = weeklyHoursOf(rows);
  return {
    staffId,
    days: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
      weekday,
      intervals: formatIntervals(weekly.get(weekday) ?? []),
    })),
    version,
  };
};
