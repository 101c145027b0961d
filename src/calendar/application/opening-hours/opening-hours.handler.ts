import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { type OpeningHours, OpeningHoursQuery } from '../../contracts/index.js';
import { formatLocalDate, toEpochMinute } from '../../domain/local-date.js';
import { TimeZone } from '../../domain/time-zone.js';
import { formatIntervals, unionOf, weeklyHoursOf } from '../../domain/working-hours.js';
import { HoursRepository } from '../../infrastructure/hours.repository.js';
import { CurrentSettings } from '../current-settings.js';

const EXCEPTION_DAYS = 60;

@QueryHandler(OpeningHoursQuery)
export class OpeningHoursHandler implements IQueryHandler<OpeningHoursQuery> {
  constructor(
    private readonly hours: HoursRepository,
    private readonly settings: CurrentSettings,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<OpeningHours> {
    const { timeZone } = await this.settings.get();
    const today = TimeZone.of(timeZone).dayOf(toEpochMinute(this.clock.now()));
    const weekly = weeklyHoursOf(await this.hours.weeklyOfAll());
    const exceptions = await this.hours.businessWide(today, today + EXCEPTION_DAYS);
    return {
      timeZone,
      days: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
        weekday,
        intervals: formatIntervals(unionOf(weekly.get(weekday) ?? [])),
      })),
      exceptions: exceptions.map(({ day, intervals }) => ({
        date: formatLocalDate(day),
        intervals: formatIntervals(intervals),
      })),
    };
  }
}
