import { ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ListQueryDto } from '#libs/http';
import { IsText, MayBeAbsent, MayBeNull, ToBoolean } from './validators.js';

/** A person who can be booked. */
export class StaffDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example Olena */
  name: string;
  /** The member of the business whose diary it is: its bookings are “mine” to them. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  personId: string | null;
  /** The services the person does. @example ["0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10"] */
  serviceIds: string[];
  /** Inactive people cannot be booked. */
  active: boolean;
  /** @example 1 */
  version: number;
}

export class StaffPageDto {
  data: StaffDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}

export class ListStaffQueryDto extends ListQueryDto {
  /** Only people who do this service. */
  @MayBeAbsent()
  @IsUUID()
  serviceId?: string;

  /** Only active or only inactive people. */
  @MayBeAbsent()
  @ToBoolean()
  @IsBoolean()
  active?: boolean;
}

export class CreateStaffDto {
  /** @example Olena */
  @IsText({ min: 1, max: 120 })
  name: string;

  /** The member of the business whose diary it is; null: nobody's. */
  @ApiPropertyOptional({
    type: 'string',
    format: 'uuid',
    nullable: true,
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12',
  })
  @MayBeNull()
  @IsUUID()
  personId?: string | null;

  /** The services the person does; none when left out. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(500)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  serviceIds?: string[];

  /** Whether the person can be booked; true when left out. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

/** What is left out stays as it is; `serviceIds` replaces the whole list. */
export class UpdateStaffDto extends PartialType(CreateStaffDto, { skipNullProperties: false }) {}

/** A stretch of one date on the wall clock of the business. */
export class IntervalDto {
  /**
   * HH:mm
   * @example 09:00
   */
  @IsString()
  @Matches(/^\d{2}:\d{2}$/, { message: '$property must be HH:mm, 00:00 to 24:00' })
  from: string;

  /**
   * HH:mm, up to 24:00. A night shift is two intervals, split at midnight.
   * @example 18:00
   */
  @IsString()
  @Matches(/^\d{2}:\d{2}$/, { message: '$property must be HH:mm, 00:00 to 24:00' })
  to: string;
}

export class DayHoursDto {
  /**
   * ISO weekday, 1 (Monday) to 7 (Sunday).
   * @example 1
   */
  @IsInt()
  @Min(1)
  @Max(7)
  weekday: number;

  /** Several for split shifts, none for a day off. */
  @IsArray()
  @ArrayMaxSize(24)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => IntervalDto)
  intervals: IntervalDto[];
}

/** Weekly hours of a person on the wall clock of the business. */
export class WorkingHoursDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  staffId: string;
  /** All seven weekdays. */
  days: DayHoursDto[];
  /**
   * Of the staff member.
   * @example 2
   */
  version: number;
}

export class SetWorkingHoursDto {
  /** A weekday that is left out is a day off. */
  @IsArray()
  @ArrayMaxSize(7)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DayHoursDto)
  days: DayHoursDto[];
}
