import { Injectable } from '@nestjs/common';
import { currentTenant, type Money } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { CalendarSettings } from '../domain/calendar-settings.js';
import { type EpochDay, toInstant } from '../domain/local-date.js';
import type { ServiceShape } from '../domain/slot-engine.js';
import type { SlotRange } from '../domain/slot-range.js';
import type { StaffCalendar } from '../domain/staff-diary.js';
import {
  type WallInterval,
  type WeeklyInterval,
  weeklyHoursOf,
  WorkingHours,
} from '../domain/working-hours.js';

export interface BookableService extends ServiceShape {
  readonly id: string;
  readonly name: string;
  readonly price: Money;
}

/** What does not count as taken: one's own booking when it is moved, the holds of the thread that wants another. */
export interface Ignored {
  readonly bookingId?: string;
  readonly threadId?: string | null;
}

export interface BookableStaff {
  readonly staff: readonly StaffCalendar[];
  /** Holds in the range that have run out but still stand in the way of an insert. */
  readonly staleHoldIds: readonly string[];
}

interface ServiceRow extends Omit<BookableService, 'price'> {
  amount: number;
  currency: string;
  settings: CalendarSettings | null;
}

interface StaffRow {
  staffId: string;
  name: string;
  offersService: boolean;
  weekly: WeeklyInterval[] | null;
  exceptions: [day: EpochDay, own: boolean, intervals: WallInterval[]][] | null;
  busy: Buffer | null;
  stale: string[] | null;
}

/** No service with its buffers lasts longer, and no local date is further from the same UTC date. */
const MARGIN_MINUTES = 2 * 1440;

/** $5 is now, $6 the ignored booking, $7 the thread whose holds are ignored. */
const LIVE = `(b.status = 'confirmed' OR b.hold_expires_at > $5) AND b.id IS DISTINCT FROM $6
  AND ($7::uuid IS NULL OR b.status = 'confirmed' OR b.thread_id IS DISTINCT FROM $7)`;
const STALE = `b.status = 'held' AND b.hold_expires_at <= $5`;

/**
 * Reads what the slot engine needs in two statements, compactly: one row a person, with the ranges as packed epoch
 * minutes. A month of 20 people is thousands of bookings, and a row object for each would cost several times what the engine
 * does.
 */
@Injectable()
export class SlotReader {
  constructor(private readonly uow: UnitOfWork) {}

  /** `settings` is null until the business uses its calendar. */
  async service(id: string): Promise<{ service: BookableService; settings: CalendarSettings | null } | null> {
    const [row] = await this.uow.query<ServiceRow>(
      `SELECT s.id, s.name, s.active, s.duration_minutes AS "durationMinutes",
         s.buffer_before_minutes AS "bufferBeforeMinutes", s.buffer_after_minutes AS "bufferAfterMinutes",
         s.price_amount AS amount, s.price_currency AS currency,
         CASE WHEN c.id IS NOT NULL THEN json_build_object('timeZone', c.time_zone,
           'minNoticeMinutes', c.min_notice_minutes, 'horizonDays', c.horizon_days,
           'slotStepMinutes', c.slot_step_minutes, 'holdTtlSeconds', c.hold_ttl_seconds, 'version', c.version) END AS settings
       FROM service s LEFT JOIN calendar_settings c ON c.tenant_id = s.tenant_id
       WHERE s.tenant_id = $1 AND s.id = $2`,
      [currentTenant(), id],
    );
    if (!row) return null;
    const { amount, currency, settings, ...service } = row;
    return { service: { ...service, price: { amount, currency } }, settings };
  }

  /** Active people who do the service, or only `staffId`, whether or not they do it. */
  async staff(
    serviceId: string,
    staffId: string | undefined,
    range: SlotRange,
    now: Date,
    ignored: Ignored = {},
  ): Promise<BookableStaff> {
    const rows = await this.uow.query<StaffRow>(
      `SELECT p.id AS "staffId", p.name, o.id IS NOT NULL AS "offersService",
         (SELECT json_agg(json_build_array(h.weekday, h.from_minute, h.to_minute) ORDER BY h.weekday, h.from_minute)
          FROM working_hours h WHERE h.tenant_id = p.tenant_id AND h.staff_id = p.id) AS weekly,
         (SELECT json_agg(json_build_array(e.date - DATE '1970-01-01', e.staff_id IS NOT NULL, e.intervals))
          FROM hours_exception e
          WHERE e.tenant_id = p.tenant_id AND (e.staff_id = p.id OR e.staff_id IS NULL)
            AND e.date >= ($3::timestamptz AT TIME ZONE 'UTC')::date
            AND e.date <= ($4::timestamptz AT TIME ZONE 'UTC')::date) AS exceptions,
         taken.busy, taken.stale
       FROM staff p
       LEFT JOIN staff_service o ON o.tenant_id = p.tenant_id AND o.staff_id = p.id AND o.service_id = $2
       CROSS JOIN LATERAL (
         SELECT string_agg(int4send((date_part('epoch', lower(b.busy)) / 60)::int)
             || int4send((date_part('epoch', upper(b.busy)) / 60)::int), ''::bytea ORDER BY b.starts_at)
             FILTER (WHERE ${LIVE}) AS busy,
           json_agg(b.id) FILTER (WHERE ${STALE}) AS stale
         FROM booking b
         WHERE b.tenant_id = p.tenant_id AND b.staff_id = p.id AND b.starts_at >= $3 AND b.starts_at < $4
           AND b.status IN ('held', 'confirmed')) AS taken
       WHERE p.tenant_id = $1 AND p.active AND CASE WHEN $8::uuid IS NULL THEN o.id IS NOT NULL ELSE p.id = $8 END`,
      [
        currentTenant(),
        serviceId,
        toInstant(range.from - MARGIN_MINUTES),
        toInstant(range.to + MARGIN_MINUTES),
        now,
        ignored.bookingId ?? null,
        ignored.threadId ?? null,
        staffId ?? null,
      ],
    );
    return { staff: rows.map(calendarOf), staleHoldIds: rows.flatMap(({ stale }) => stale ?? []) };
  }
}

const calendarOf = ({ staffId, name, offersService, weekly, exceptions, busy }: StaffRow): StaffCalendar => {
  const own = new Map<EpochDay, WallInterval[]>();
  const businessWide = new Map<EpochDay, WallInterval[]>();
  for (const [day, isOwn, intervals] of exceptions ?? []) (isOwn ? own : businessWide).set(day, intervals);
  return {
    staffId,
    name,
    offersService,
    hours: new WorkingHours(weeklyHoursOf(weekly ?? []), own, businessWide),
    busy: busy ? unpack(busy) : [],
  };
};

/** Big-endian 32-bit integers, as int4send writes them. */
const unpack = (packed: Buffer): number[] => {
  const minutes = new Array<number>(packed.length >> 2);
  for (let i = 0; i < minutes.length; i += 1) minutes[i] = packed.readInt32BE(i << 2);
  return minutes;
};
