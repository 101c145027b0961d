import { Query } from '@nestjs/cqrs';
import type { CalendarSettings } from '../../domain/calendar-settings.js';

/** The settings; those a business starts with until they are changed. */
export class GetSettingsQuery extends Query<CalendarSettings> {}
