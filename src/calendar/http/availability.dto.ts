import { Type } from 'class-transformer';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { IsInstantOrDate, IsText, MayBeAbsent } from './validators.js';

export class AvailabilityQueryDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @IsUUID()
  serviceId: string;

  /**
   * Earliest start: an instant, or a date of the business.
   * @example 2026-12-01
   */
  @IsInstantOrDate()
  from: string;

  /**
   * End: an instant, exclusive, or a date of the business, inclusive. At most 62 days after `from`.
   * @example 2026-12-07
   */
  @IsInstantOrDate()
  to: string;

  /** Only with this person. */
  @MayBeAbsent()
  @IsUUID()
  staffId?: string;

  /**
   * IANA name of the zone of `localStart`; that of the business when left out. It changes no slot.
   * @example Europe/Kyiv
   */
  @MayBeAbsent()
  @IsText({ min: 1, max: 64 })
  timeZone?: string;

  /** How many slots to answer; all when left out. @example 20 */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5000)
  limit?: number;
}

/** A start that can be booked. */
export class SlotDto {
  /** @example 2026-12-01T07:00:00.000Z */
  startsAt: string;
  /** @example 2026-12-01T07:45:00.000Z */
  endsAt: string;
  /** Who is free, in the order in which they are chosen. @example ["0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b31"] */
  staffIds: string[];
}

export class LocalSlotDto extends SlotDto {
  /**
   * The start on the wall clock of `timeZone`.
   * @example 2026-12-01T09:00
   */
  localStart: string;
}

export class ReasonDto {
  /** @example calendar.outside_hours */
  code: string;
  /** @example "Nobody works for all of that time. Choose a time inside of the working hours." */
  message: string;
}

export class AvailabilityDto {
  /**
   * The zone of `localStart`.
   * @example Europe/Kyiv
   */
  timeZone: string;
  /** Soonest first. */
  slots: LocalSlotDto[];
  /** Whether `limit` has cut the list. */
  truncated: boolean;
  /** Why there is no slot at all, from the engine that would refuse a booking; null when there is one. */
  reason: ReasonDto | null;
}
