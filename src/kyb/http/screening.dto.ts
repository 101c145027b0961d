import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ListQueryDto, MayBeAbsent, MayBeNull } from '#libs/http';
import { LISTS } from '../domain/sources.js';
import { EditionDto, HASH } from './check.dto.js';
import { AreCountries, IsPartialDate, IsVatNumber, Trimmed } from './validators.js';

const RUNS = ['delta', 'full', 'ad_hoc'] as const;

/** A pass over counterparties, or names screened by hand; kept also when it found nothing. */
export class RunDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b45 */
  id: string;
  @ApiProperty({ enum: RUNS, enumName: 'RunKind', example: 'delta' })
  kind: (typeof RUNS)[number];
  @ApiProperty({ enum: LISTS, enumName: 'SanctionsListName', nullable: true, example: 'eu' })
  list: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 16 })
  fromNumber: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 17 })
  toNumber: number | null;
  listVersions: EditionDto[];
  /** @example 1 */
  matcherVersion: string;
  /** Counterparties or, by hand, names. @example 42 */
  counterparties: number;
  /** Those that were checked anew. @example 1 */
  affected: number;
  /** @example 1 */
  hitsAdded: number;
  /** @example 0 */
  hitsChanged: number;
  /** @example 0 */
  hitsRemoved: number;
  /** @example 2026-11-21T06:00:00.000Z */
  startedAt: Date;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T06:00:01.000Z' })
  finishedAt: Date | null;
}

export class RunPageDto {
  data: RunDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class ListRunsQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: RUNS, enumName: 'RunKind', example: 'delta' })
  @MayBeAbsent()
  @IsIn(RUNS)
  kind?: string;
}

export class KybSettingsDto {
  /** The business's own VAT number: with it VIES gives a consultation number, the proof of having asked. */
  @ApiProperty({ type: String, nullable: true, example: 'DE136695976' })
  requesterVatNumber: string | null;
  /** After how many days everybody is screened against everything, whatever changed. @example 7 */
  fullPassDays: number;
  /** @example 1 */
  version: number;
}

export class PutKybSettingsDto {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'DE136695976' })
  @MayBeNull()
  @IsVatNumber()
  requesterVatNumber?: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 90, example: 7 })
  @IsInt()
  @Min(1)
  @Max(90)
  fullPassDays: number;
}

const SCREENED_KINDS = ['person', 'organisation', 'vessel', 'unknown'] as const;

export class ScreenQueryDto {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: 20,
    items: { type: 'string', minLength: 1, maxLength: 300 },
    example: ['Ivan Ivanovich Primerov'],
  })
  @Trimmed()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @Length(1, 300, { each: true })
  @Matches(/[\p{L}\p{N}]/u, { each: true, message: 'each of names must have a letter or a digit' })
  names: string[];

  /** `unknown` when left out: it conflicts with nothing. */
  @ApiPropertyOptional({ enum: SCREENED_KINDS, enumName: 'ScreenedKind', example: 'person' })
  @MayBeAbsent()
  @IsIn(SCREENED_KINDS)
  kind?: (typeof SCREENED_KINDS)[number];

  /** ISO 3166-1 alpha-2. */
  @ApiPropertyOptional({ type: [String], maxItems: 10, example: ['RU'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(10)
  @AreCountries()
  countries?: string[];

  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. @example 1965-03-02 */
  @MayBeAbsent()
  @IsPartialDate()
  birthDate?: string;

  @ApiPropertyOptional({ enum: ['male', 'female'], enumName: 'ScreenedGender', example: 'male' })
  @MayBeAbsent()
  @IsIn(['male', 'female'])
  gender?: 'male' | 'female';

  /** LEI, VAT, register and document numbers, in any notation. */
  @ApiPropertyOptional({
    type: [String],
    maxItems: 10,
    items: { type: 'string', minLength: 1, maxLength: 60 },
    example: ['7707083893'],
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(10)
  @IsString({ each: true })
  @Length(1, 60, { each: true })
  identifiers?: string[];
}

export class ScreenOptionsDto {
  /** Basis points; what is under it is no hit. The matcher's own when left out. */
  @ApiPropertyOptional({ type: 'integer', minimum: 5000, maximum: 10_000, example: 6900 })
  @MayBeAbsent()
  @IsInt()
  @Min(5_000)
  @Max(10_000)
  threshold?: number;

  /** Most hits of a query. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 50, default: 20, example: 20 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(50)
  limit?: number;
}

export class ScreenDto extends ScreenOptionsDto {
  @ApiProperty({ type: ScreenQueryDto })
  @IsObject()
  @ValidateNested()
  @Type(() => ScreenQueryDto)
  query: ScreenQueryDto;
}

export class ScreenBatchDto extends ScreenOptionsDto {
  @ApiProperty({ type: [ScreenQueryDto], minItems: 1, maxItems: 1000 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ScreenQueryDto)
  queries: ScreenQueryDto[];
}

export class HitDto {
  /** @example eu */
  list: string;
  /** See `GET /api/v1/kyb/lists/{list}/entries/{entryId}`. @example EU.27.28 */
  entryId: string;
  @ApiProperty({ type: String, example: HASH })
  entryHash: string;
  /** Basis points, 0 to 10,000. @example 9400 */
  score: number;
  @ApiProperty({ enum: ['STRONG', 'MEDIUM', 'WEAK', 'NONE'], enumName: 'HitBand', example: 'MEDIUM' })
  band: string;
  /** Word by word, and what moved the score: the points add up to it exactly. */
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    example: { queryName: 'Ivan Primerov', listName: 'PRIMEROV, Ivan', score: 9400, alignments: [] },
  })
  explanation: unknown;
}

export class ScreenedQueryDto {
  hits: HitDto[];
}

export class ScreenedDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b45 */
  runId: string;
  /** What was searched. A list that is missing here was not. */
  lists: EditionDto[];
  /** @example 1 */
  matcherVersion: string;
  /** @example 6900 */
  threshold: number;
  /** Of each query, in order. */
  results: ScreenedQueryDto[];
}
