import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsUUID, ValidateNested } from 'class-validator';
import { ListQueryDto } from '#libs/http';
import type { BookingStatus } from '../contracts/index.js';
import { PriceDto } from './service.dto.js';
import { IsInstant, IsInstantOrDate, IsPhone, IsText, MayBeAbsent, MayBeNull } from './validators.js';

const STATUSES: readonly BookingStatus[] = ['held', 'confirmed', 'cancelled', 'expired'];
const SOURCES = ['assistant', 'staff'] as const;

export class BookingCustomerDto {
  /** The customer in the CRM, when known. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b21 */
  id: string | null;
  /** @example Iryna Koval */
  name: string | null;
  /**
   * E.164.
   * @example +380501234567
   */
  phone: string | null;
}

/** An appointment, or a slot that is held for one. */
export class BookingDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /**
   * To be read out: without 0/O and 1/I/L.
   * @example K7RM4P
   */
  code: string;
  @ApiProperty({ enum: STATUSES, enumName: 'BookingStatus', description: 'New statuses may be added.' })
  status: BookingStatus;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  serviceId: string;
  /** @example Haircut */
  serviceName: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b31 */
  staffId: string;
  /** @example Olena */
  staffName: string;
  /** @example 2026-12-01T07:00:00.000Z */
  startsAt: string;
  /** @example 2026-12-01T07:45:00.000Z */
  endsAt: string;
  /** As it was when the slot was taken. */
  price: PriceDto;
  customer: BookingCustomerDto;
  /** @example Allergic to ammonia */
  notes: string | null;
  @ApiProperty({
    enum: SOURCES,
    enumName: 'BookingSource',
    description: 'Who made it. New sources may be added.',
  })
  source: 'assistant' | 'staff';
  /** The conversation it was made in. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b23 */
  threadId: string | null;
  /** Only while held. @example 2026-11-20T08:10:00.000Z */
  holdExpiresAt: string | null;
  /** @example 2026-11-20T08:00:00.000Z */
  createdAt: string;
  /** @example 1 */
  version: number;
}

export class BookingPageDto {
  data: BookingDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}

export class ListBookingsQueryDto extends ListQueryDto {
  /**
   * Earliest start: an instant, or a date of the business.
   * @example 2026-12-01
   */
  @MayBeAbsent()
  @IsInstantOrDate()
  from?: string;

  /**
   * End: an instant, exclusive, or a date of the business, inclusive.
   * @example 2026-12-07
   */
  @MayBeAbsent()
  @IsInstantOrDate()
  to?: string;

  /** Only with this person. */
  @MayBeAbsent()
  @IsUUID()
  staffId?: string;

  /** Only of this customer. */
  @MayBeAbsent()
  @IsUUID()
  customerId?: string;

  @ApiPropertyOptional({ enum: STATUSES, enumName: 'BookingStatus', description: 'Only in this status.' })
  @MayBeAbsent()
  @IsIn(STATUSES)
  status?: BookingStatus;
}

export class NewBookingCustomerDto {
  /** @example "Iryna Koval" */
  @IsText({ min: 1, max: 200 })
  name: string;

  /**
   * International number; it is stored as E.164.
   * @example +380501234567
   */
  @MayBeAbsent()
  @IsPhone()
  phone?: string;

  /** The customer in the CRM, when known. */
  @MayBeAbsent()
  @IsUUID()
  id?: string;
}

export class CreateBookingDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @IsUUID()
  serviceId: string;

  /**
   * Any whole minute to come that fits into the hours.
   * @example 2026-12-01T07:00:00Z
   */
  @IsInstant()
  startsAt: string;

  /** The person; whoever is free and least booked that day when left out. */
  @MayBeAbsent()
  @IsUUID()
  staffId?: string;

  @IsObject()
  @ValidateNested()
  @Type(() => NewBookingCustomerDto)
  customer: NewBookingCustomerDto;

  /** @example Allergic to ammonia */
  @MayBeNull()
  @IsText({ min: 0, max: 2000 })
  notes?: string | null;
}

export class RescheduleBookingDto {
  /** @example 2026-12-02T07:00:00Z */
  @IsInstant()
  startsAt: string;

  /** Another person; the same as before when left out. */
  @MayBeAbsent()
  @IsUUID()
  staffId?: string;
}

export class CancelBookingDto {
  /** @example The customer is ill */
  @MayBeNull()
  @IsText({ min: 0, max: 500 })
  reason?: string | null;
}
