import { PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsISO4217CurrencyCode, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { ListQueryDto } from '#libs/http';
import { IsText, MayBeAbsent, MayBeNull, ToBoolean } from './validators.js';

export class PriceDto {
  /**
   * Integer minor units: cents, kopiyky.
   * @example 45000
   */
  @IsInt()
  @Min(0)
  @Max(1_000_000_000_000)
  amount: number;

  /**
   * ISO 4217 code.
   * @example UAH
   */
  @IsISO4217CurrencyCode()
  currency: string;
}

/** Something the business sells by appointment. */
export class ServiceDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example Haircut */
  name: string;
  /** @example Wash, cut and blow-dry */
  description: string | null;
  /** @example 45 */
  durationMinutes: number;
  /**
   * Preparation: the person is busy, the customer is not there yet.
   * @example 0
   */
  bufferBeforeMinutes: number;
  /**
   * Cleaning up.
   * @example 15
   */
  bufferAfterMinutes: number;
  price: PriceDto;
  /** Inactive services cannot be booked. */
  active: boolean;
  /** @example 1 */
  version: number;
}

export class ServicePageDto {
  data: ServiceDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}

export class ListServicesQueryDto extends ListQueryDto {
  /** Only active or only inactive services. */
  @MayBeAbsent()
  @ToBoolean()
  @IsBoolean()
  active?: boolean;
}

/** Duration and buffers together stay within a day. */
export class CreateServiceDto {
  /** @example Haircut */
  @IsText({ min: 1, max: 120 })
  name: string;

  /** @example Wash, cut and blow-dry */
  @MayBeNull()
  @IsText({ min: 0, max: 2000 })
  description?: string | null;

  /** @example 45 */
  @IsInt()
  @Min(1)
  @Max(1440)
  durationMinutes: number;

  /**
   * Kept free before the service.
   * @example 0
   */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(720)
  bufferBeforeMinutes?: number;

  /**
   * Kept free after the service.
   * @example 15
   */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(720)
  bufferAfterMinutes?: number;

  @IsObject()
  @ValidateNested()
  @Type(() => PriceDto)
  price: PriceDto;

  /** Whether it can be booked; true when left out. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

/** What is left out stays as it is. */
export class UpdateServiceDto extends PartialType(CreateServiceDto, { skipNullProperties: false }) {}
