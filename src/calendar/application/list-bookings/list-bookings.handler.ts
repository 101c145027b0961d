import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { BookingView } from '../../contracts/index.js';
import { unknownCursor } from '../../domain/calendar-errors.js';
import { instantOf } from '../../domain/slot-range.js';
import { TimeZone } from '../../domain/time-zone.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';
import { CurrentSettings } from '../current-settings.js';
import { ListBookingsQuery } from './list-bookings.query.js';

@QueryHandler(ListBookingsQuery)
export class ListBookingsHandler implements IQueryHandler<ListBookingsQuery> {
  constructor(
    private readonly views: BookingViews,
    private readonly settings: CurrentSettings,
  ) {}

  async execute({ filter, limit, startingAfter }: ListBookingsQuery): Promise<BookingView[]> {
    const { from, to, ...rest } = filter;
    const zone = TimeZone.of((await this.settings.get()).timeZone);
    const range = { from: from && instantOf(zone, from, 'from'), to: to && instantOf(zone, to, 'to') };
    const rows = await this.views.list({ ...rest, ...range }, limit, startingAfter);
    if (rows.length === 0 && startingAfter !== undefined && !(await this.views.find(startingAfter)))
      throw unknownCursor();
    return rows;
  }
}
