import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { CalendarSettings } from '../../domain/calendar-settings.js';
import { CurrentSettings } from '../current-settings.js';
import { GetSettingsQuery } from './get-settings.query.js';

@QueryHandler(GetSettingsQuery)
export class GetSettingsHandler implements IQueryHandler<GetSettingsQuery> {
  constructor(private readonly settings: CurrentSettings) {}

  execute(): Promise<CalendarSettings> {
    return this.settings.get();
  }
}
