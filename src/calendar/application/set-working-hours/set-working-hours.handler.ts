import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { staleVersion } from '../../domain/calendar-errors.js';
import { parseIntervals, type WeeklyInterval } from '../../domain/working-hours.js';
import { HoursRepository } from '../../infrastructure/hours.repository.js';
import { StaffRepository } from '../../infrastructure/staff.repository.js';
import { workingHoursView } from '../get-working-hours/get-working-hours.handler.js';
import type { WorkingHoursView } from '../get-working-hours/get-working-hours.query.js';
import { SetWorkingHoursCommand } from './set-working-hours.command.js';

@CommandHandler(SetWorkingHoursCommand)
export class SetWorkingHoursHandler implements ICommandHandler<SetWorkingHoursCommand> {
  constructor(
    private readonly hours: HoursRepository,
    private readonly staff: StaffRepository,
  ) {}

  async execute({ staffId, days, expectedVersion }: SetWorkingHoursCommand): Promise<WorkingHoursView> {
    const rows = rowsOf(days);
    const present = await this.staff.lock(staffId);
    if (expectedVersion !== undefined && expectedVersion !== present.version) {
      throw staleVersion('calendar.staff_changed', expectedVersion, present.version);
    }
    await this.hours.replaceWeekly(staffId, rows);
    const version = present.version + 1;
    await this.staff.save({ ...present, version }, { services: false });
    return workingHoursView(staffId, rows, version);
  }
}

const rowsOf = (days: SetWorkingHoursCommand['days']): WeeklyInterval[] => {
  const seen = new Set<number>();
  return days.flatMap(({ weekday, intervals }, index) => {
    if (seen.has(weekday)) {
      throw DomainError.invalid(
        'calendar.invalid_hours',
        `/days/${index}/weekday`,
        `Weekday ${weekday} is given twice. Put all its intervals into one entry.`,
      );
    }
    seen.add(weekday);
    return parseIntervals(intervals, `/days/${index}/intervals`).map(([from, to]): WeeklyInterval => [
      weekday,
      from,
      to,
    ]);
  });
};
