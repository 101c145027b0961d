import type { BookingRules } from './slot-engine.js';

export interface CalendarSettings extends BookingRules {
  readonly holdTtlSeconds: number;
  readonly version: number;
}

/** What a business starts with, besides its own time zone. */
export const initialSettings = (timeZone: string): CalendarSettings => ({
  timeZone,
  minNoticeMinutes: 60,
  horizonDays: 90,
  slotStepMinutes: 30,
  holdTtlSeconds: 600,
  version: 1,
});
