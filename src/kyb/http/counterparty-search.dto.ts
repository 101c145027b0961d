import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/http';
import { ListCounterpartiesQueryDto } from './counterparty.dto.js';
import { IsLei, IsVatNumber } from './validators.js';

/**
 * Names and numbers say who somebody is: they are asked for in a body, since addresses are kept by proxies and browsers (OWASP ASVS 5.0,
 * 14.2.1).
 */
export class SearchCounterpartiesDto extends OmitType(ListCounterpartiesQueryDto, [
  'limit',
  'startingAfter',
  'archived',
] as const) {
  /** Whole words, all of which its names have; case and accents do not count. @example beispiel handels */
  @MayBeAbsent()
  @IsString()
  @Length(1, 300)
  name?: string;

  /** @example DE136695976 */
  @MayBeAbsent()
  @IsVatNumber()
  vatNumber?: string;

  /** @example 529900T8BM49AURSDO55 */
  @MayBeAbsent()
  @IsLei()
  lei?: string;

  /** @example SUP-1042 */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  reference?: string;

  /** Archived ones instead of the others. @example false */
  @MayBeAbsent()
  @IsBoolean()
  archived?: boolean;

  /** How many rows to answer. */
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, type: 'integer', example: 20 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /** The id of the last row of the page before. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @MayBeAbsent()
  @IsUUID()
  startingAfter?: string;
}
