import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { CalendarSettings } from '../domain/calendar-settings.js';

const SETTINGS_COLUMNS = `time_zone AS "timeZone", min_notice_minutes AS "minNoticeMinutes",
  horizon_days AS "horizonDays", slot_step_minutes AS "slotStepMinutes", hold_ttl_seconds AS "holdTtlSeconds"`;

/** One row a business, made when the calendar is first used. */
@Injectable()
export class SettingsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  find(): Promise<CalendarSettings | null> {
    return this.select('');
  }

  /** With the row locked until the unit of work ends. */
  lock(): Promise<CalendarSettings | null> {
    return this.select('FOR NO KEY UPDATE');
  }

  /** Does nothing when another transaction has made the row. */
  async create(settings: CalendarSettings): Promise<void> {
    await this.uow.execute(
      `INSERT INTO calendar_settings (tenant_id, time_zone, min_notice_minutes, horizon_days, slot_step_minutes,
         hold_ttl_seconds, version, id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [...valuesOf(settings), newId()],
    );
  }

  /** To be called with the row locked. */
  async save(settings: CalendarSettings): Promise<void> {
    await this.uow.execute(
      `UPDATE calendar_settings SET time_zone = $2, min_notice_minutes = $3, horizon_days = $4, slot_step_minutes = $5,
         hold_ttl_seconds = $6, version = $7
       WHERE tenant_id = $1`,
      valuesOf(settings),
    );
  }

  private async select(lock: '' | 'FOR NO KEY UPDATE'): Promise<CalendarSettings | null> {
    const [row] = await this.uow.query<CalendarSettings>(
      `SELECT ${SETTINGS_COLUMNS}, version FROM calendar_settings WHERE tenant_id = $1 ${lock}`,
      [currentTenant()],
    );
    return row ?? null;
  }
}

const valuesOf = (settings: CalendarSettings): unknown[] => [
  currentTenant(),
  settings.timeZone,
  settings.minNoticeMinutes,
  settings.horizonDays,
  settings.slotStepMinutes,
  settings.holdTtlSeconds,
  settings.version,
];
