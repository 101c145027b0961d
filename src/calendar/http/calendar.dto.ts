import { PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsObject, IsUUID, Max, Min, ValidateNested } from 'class-validator';
import { ListQueryDto } from '#libs/http';
import { DayHoursDto, IntervalDto } from './staff.dto.js';
import { IsLocalDate, IsText, MayBeAbsent, MayBeNull } from './validators.js';

class SettingsFieldsDto {
  /**
   * IANA name. All hours are wall-clock times of this zone.
   * @example Europe/Kyiv
   */
  @IsText({ min: 1, max: 64 })
  timeZone: string;

  /**
   * How long before its start a slot can last be booked.
   * @example 60
   */
  @IsInt()
  @Min(0)
  @Max(43_200)
  minNoticeMinutes: number;

  /**
   * How many days after today a booking may start.
   * @example 90
   */
  @IsInt()
  @Min(1)
  @Max(730)
  horizonDays: number;

  /**
   * Distance of the listed slots, counted from the start of each working interval.
   * @example 30
   */
  @IsInt()
  @Min(5)
  @Max(1440)
  slotStepMinutes: number;

  /**
   * How long a slot is held for a customer who has not said yes.
   * @example 600
   */
  @IsInt()
  @Min(30)
  @Max(86_400)
  holdTtlSeconds: number;
}

export class CalendarSettingsDto extends SettingsFieldsDto {
  /** @example 1 */
  version: number;
}

/** What is left out stays as it is. */
export class UpdateCalendarSettingsDto extends PartialType(SettingsFieldsDto, {
  skipNullProperties: false,
}) {}

/** A date with hours other than the weekly ones. */
export class HoursExceptionDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** null: the whole business. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b31 */
  staffId: string | null;
  /** @example 2026-12-25 */
  date: string;
  /** None: closed. */
  intervals: IntervalDto[];
  /** @example Christmas */
  note: string | null;
}

export class HoursExceptionPageDto {
  data: HoursExceptionDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}

export class ListExceptionsQueryDto extends ListQueryDto {
  /** Only of this person. */
  @MayBeAbsent()
  @IsUUID()
  staffId?: string;

  /**
   * First date.
   * @example 2026-12-01
   */
  @MayBeAbsent()
  @IsLocalDate()
  from?: string;

  /**
   * Last date.
   * @example 2026-12-31
   */
  @MayBeAbsent()
  @IsLocalDate()
  to?: string;
}

export class AddExceptionDto {
  /** The person; the whole business when left out or null. */
  @MayBeNull()
  @IsUUID()
  staffId?: string | null;

  /**
   * Today or later.
   * @example 2026-12-25
   */
  @IsLocalDate()
  date: string;

  /** The hours of that date; none: closed. */
  @IsArray()
  @ArrayMaxSize(24)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => IntervalDto)
  intervals: IntervalDto[];

  /** @example Christmas */
  @MayBeNull()
  @IsText({ min: 0, max: 500 })
  note?: string | null;
}

export class ExceptionDayDto {
  /** @example 2026-12-25 */
  date: string;
  /** None: closed. */
  intervals: IntervalDto[];
}

/** When somebody is there. */
export class OpeningHoursDto {
  /** @example Europe/Kyiv */
  timeZone: string;
  /** All seven weekdays: whenever anybody who is active works. */
  days: DayHoursDto[];
  /** Business-wide exceptions of the coming 60 days. */
  exceptions: ExceptionDayDto[];
}
