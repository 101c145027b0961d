import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type EpochDay, formatLocalDate } from '../domain/local-date.js';
import type { WallInterval, WeeklyInterval } from '../domain/working-hours.js';

export interface HoursException {
  readonly id: string;
  /** null: the whole business. */
  readonly staffId: string | null;
  readonly day: EpochDay;
  readonly intervals: WallInterval[];
  readonly note: string | null;
}

export interface ExceptionFilter {
  readonly staffId?: string;
  readonly from?: EpochDay;
  readonly to?: EpochDay;
}

const EXCEPTION = `id, staff_id AS "staffId", date - DATE '1970-01-01' AS day, intervals, note`;

/** Weekly working hours and the dates on which others apply. */
@Injectable()
export class HoursRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Sorted by weekday and time. */
  async weeklyOf(staffId: string): Promise<WeeklyInterval[]> {
    const rows = await this.uow.query<{ weekday: number; from: number; to: number }>(
      `SELECT weekday, from_minute AS "from", to_minute AS "to" FROM working_hours
       WHERE tenant_id = $1 AND staff_id = $2 ORDER BY weekday, from_minute`,
      [currentTenant(), staffId],
    );
    return rows.map(({ weekday, from, to }) => [weekday, from, to]);
  }

  /** Of everybody who is active, sorted by weekday and time. */
  async weeklyOfAll(): Promise<WeeklyInterval[]> {
    const rows = await this.uow.query<{ weekday: number; from: number; to: number }>(
      `SELECT DISTINCT h.weekday, h.from_minute AS "from", h.to_minute AS "to" FROM working_hours h
       JOIN staff p ON p.tenant_id = h.tenant_id AND p.id = h.staff_id AND p.active
       WHERE h.tenant_id = $1 ORDER BY 1, 2`,
      [currentTenant()],
    );
    return rows.map(({ weekday, from, to }) => [weekday, from, to]);
  }

  async replaceWeekly(staffId: string, rows: readonly WeeklyInterval[]): Promise<void> {
    await this.uow.execute('DELETE FROM working_hours WHERE tenant_id = $1 AND staff_id = $2', [
      currentTenant(),
      staffId,
    ]);
    await this.uow.execute(
      `INSERT INTO working_hours (tenant_id, id, staff_id, weekday, from_minute, to_minute)
       SELECT $1, entry.id, $2, entry.weekday, entry.from_minute, entry.to_minute
       FROM unnest($3::uuid[], $4::int[], $5::int[], $6::int[]) AS entry(id, weekday, from_minute, to_minute)`,
      [
        currentTenant(),
        staffId,
        rows.map(() => newId()),
        rows.map(([weekday]) => weekday),
        rows.map(([, from]) => from),
        rows.map(([, , to]) => to),
      ],
    );
  }

  /** Of the whole business only, from `first` to `last`, by date. */
  businessWide(first: EpochDay, last: EpochDay): Promise<HoursException[]> {
    return this.uow.query<HoursException>(
      `SELECT ${EXCEPTION} FROM hours_exception
       WHERE tenant_id = $1 AND staff_id IS NULL AND date BETWEEN $2::date AND $3::date ORDER BY date`,
      [currentTenant(), formatLocalDate(first), formatLocalDate(last)],
    );
  }

  /** By date. Answers one row more than `limit` when there is one. */
  listExceptions(
    { staffId, from, to }: ExceptionFilter,
    limit: number,
    startingAfter: string | undefined,
  ): Promise<HoursException[]> {
    return this.uow.query<HoursException>(
      `SELECT ${EXCEPTION} FROM hours_exception WHERE tenant_id = $1
         AND ($2::uuid IS NULL OR staff_id = $2) AND ($3::date IS NULL OR date >= $3) AND ($4::date IS NULL OR date <= $4)
         AND ($5::uuid IS NULL OR (date, id) > (SELECT date, id FROM hours_exception WHERE tenant_id = $1 AND id = $5))
       ORDER BY date, id LIMIT $6`,
      [
        currentTenant(),
        staffId ?? null,
        from === undefined ? null : formatLocalDate(from),
        to === undefined ? null : formatLocalDate(to),
        startingAfter ?? null,
        limit + 1,
      ],
    );
  }

  /** null when that date has an exception already. */
  async addException(exception: Omit<HoursException, 'id'>): Promise<HoursException | null> {
    const id = newId();
    const inserted = await this.uow.query(
      `INSERT INTO hours_exception (tenant_id, id, staff_id, date, intervals, note)
       VALUES ($1, $2, $3, $4::date, $5::jsonb, $6) ON CONFLICT DO NOTHING RETURNING id`,
      [
        currentTenant(),
        id,
        exception.staffId,
        formatLocalDate(exception.day),
        JSON.stringify(exception.intervals),
        exception.note,
      ],
    );
    return inserted.length > 0 ? { ...exception, id } : null;
  }

  async deleteException(id: string): Promise<boolean> {
    return (
      (await this.uow.execute('DELETE FROM hours_exception WHERE tenant_id = $1 AND id = $2', [
        currentTenant(),
        id,
      ])) > 0
    );
  }
}
