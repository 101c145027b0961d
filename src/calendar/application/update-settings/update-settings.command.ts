import { Command } from '@nestjs/cqrs';
import type { CalendarSettings } from '../../domain/calendar-settings.js';

/**
 * Changes what is given. Another time zone moves the hours, not the bookings that are made.
 * Errors: `calendar.unknown_time_zone` (invalid), `calendar.settings_changed` (stale).
 */
export class UpdateSettingsCommand extends Command<CalendarSettings> {
  constructor(
    readonly patch: Partial<Omit<CalendarSettings, 'version'>>,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
