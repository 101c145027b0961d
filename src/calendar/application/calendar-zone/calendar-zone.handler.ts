import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { CalendarZoneQuery } from '../../contracts/index.js';
import { CurrentSettings } from '../current-settings.js';

@QueryHandler(CalendarZoneQuery)
export class CalendarZoneHandler implements IQueryHandler<CalendarZoneQuery> {
  constructor(private readonly settings: CurrentSettings) {}

  async execute(): Promise<string> {
    return (await this.settings.get()).timeZone;
  }
}
