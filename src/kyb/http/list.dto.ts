import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/http';
import { LISTS, type ListName } from '../domain/sources.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class ListParamsDto {
  @ApiProperty({ enum: LISTS, enumName: 'SanctionsListName', example: 'eu' })
  @IsIn(LISTS)
  list: ListName;
}

export class ListEntryParamsDto extends ListParamsDto {
  /** @example EU.27.28 */
  @IsString()
  @Length(1, 100)
  entryId: string;
}

export class ListAlarmDto {
  /** Stable: `kyb.list_shrank`, `kyb.list_http_503`, ... @example kyb.list_shrank */
  code: string;
  @ApiProperty({ type: String, example: 'The list has shrunk: 5860 entities before, 12 now.' })
  detail: string;
  /** @example 2026-11-20T06:00:00.000Z */
  since: string;
}

export class ListProgressDto {
  @ApiProperty({ enum: ['fetching', 'reading', 'storing'], enumName: 'ListStage', example: 'fetching' })
  stage: 'fetching' | 'reading' | 'storing';
  /** @example 1048576 */
  bytes: number;
  /** @example 5860 */
  entities: number;
}

export class ListEditionDto {
  /** @example 17 */
  number: number;
  /** SHA-256 of the bytes as they came, hex; of several files: of their hashes. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  contentHash: string;
  /** Version of the parser that read them: a later one reads the same bytes again, as another edition. @example 1 */
  parser: number;
  /** @example 5860 */
  entities: number;
  /** @example 29494 */
  names: number;
  /** When the list says it was made. @example 2026-11-19T16:00:00.000Z */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-19T16:00:00.000Z' })
  publishedAt: Date | null;
  /** @example 2026-11-20T06:00:00.000Z */
  fetchedAt: Date;
}

/** An edition and what it changed. */
export class ListVersionDto extends ListEditionDto {
  /** @example 3 */
  added: number;
  /** @example 12 */
  changed: number;
  /** @example 1 */
  removed: number;
  /** @example 23409871 */
  bytes: number;
}

export class ListVersionPageDto {
  data: ListVersionDto[];
  /** Whether a further page exists: ask for it with `before` = the last number. @example false */
  hasMore: boolean;
}

/** One attempt to refresh a list. */
export class ListFetchDto {
  /** @example 0192f3a1-7c1e-7d2a-9b3c-5f6e7d8c9b0a */
  id: string;
  /** `unchanged`: nothing new. `refused`: what came was not believed. `failed`: nothing came. */
  @ApiProperty({
    enum: ['new_edition', 'unchanged', 'refused', 'failed'],
    enumName: 'ListFetchOutcome',
    example: 'refused',
  })
  outcome: 'new_edition' | 'unchanged' | 'refused' | 'failed';
  /** Why it was refused or failed; of a new edition: what the operator accepted nevertheless. */
  @ApiProperty({ type: String, nullable: true, example: 'kyb.list_shrank' })
  code: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'The list has shrunk: 5860 entities before, 12 now.',
  })
  detail: string | null;
  /** The edition it brought or found. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  number: number | null;
  /** What came; null when it failed on the way, 0 when the server said that nothing has changed. */
  @ApiProperty({ type: 'integer', nullable: true, example: 48210 })
  bytes: number | null;
  /** SHA-256 of what came; null when nothing did, or it was no list. */
  @ApiProperty({ type: String, nullable: true, example: HASH })
  contentHash: string | null;
  /** @example 2026-11-20T06:00:00.000Z */
  startedAt: Date;
  /** @example 2026-11-20T06:00:03.000Z */
  finishedAt: Date;
}

export class ListFetchPageDto {
  data: ListFetchDto[];
  /** Whether a further page exists: ask for it with `startingAfter` = the last id. @example false */
  hasMore: boolean;
}

/** A sanctions list: what is searched now, how fresh it is, and what is wrong with it. */
export class SanctionsListDto {
  @ApiProperty({ enum: LISTS, enumName: 'SanctionsListName', example: 'eu' })
  list: ListName;
  /** Whether this installation fetches it. @example true */
  enabled: boolean;
  /** The last good edition; null: it was never loaded, and nobody was screened against it. */
  @ApiProperty({ type: ListEditionDto, nullable: true })
  edition: ListEditionDto | null;
  /** @example 2026-11-20T08:00:00.000Z */
  dueAt: Date;
  /** The last fetch. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T06:00:00.000Z' })
  attemptedAt: Date | null;
  /** The last fetch that brought it, or found it unchanged. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T06:00:00.000Z' })
  succeededAt: Date | null;
  /** In a row. @example 0 */
  failures: number;
  /** Why the last good edition is kept. */
  @ApiProperty({ type: ListAlarmDto, nullable: true })
  alarm: ListAlarmDto | null;
  /** Of a refresh that is under way. */
  @ApiProperty({ type: ListProgressDto, nullable: true })
  progress: ListProgressDto | null;
}

export class SanctionsListsDto {
  data: SanctionsListDto[];
}

export class ListVersionsQueryDto {
  /** How many rows to answer. */
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, type: 'integer', example: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /** Only editions before this number. */
  @ApiPropertyOptional({ minimum: 1, maximum: 1_000_000_000, type: 'integer', example: 17 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  before?: number;
}

export class ListChangesQueryDto {
  /** The edition before; 0: everything. */
  @ApiProperty({ minimum: 0, maximum: 1_000_000_000, type: 'integer', example: 16 })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  from: number;

  @ApiProperty({ minimum: 1, maximum: 1_000_000_000, type: 'integer', example: 17 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  to: number;

  /** How many rows to answer. */
  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100, type: 'integer', example: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;

  /** The entry id of the last row of the page before. @example EU.27.28 */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  startingAfter?: string;
}

export class ListChangeDto {
  /** @example EU.27.28 */
  entryId: string;
  @ApiProperty({ enum: ['added', 'changed', 'removed'], enumName: 'ListChangeKind', example: 'changed' })
  change: 'added' | 'changed' | 'removed';
  /** Of the entry as it is after; null when it was removed. */
  @ApiProperty({ type: String, nullable: true, example: HASH })
  hash: string | null;
}

export class ListChangePageDto {
  data: ListChangeDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class ListEntryQueryDto {
  /** The entry as it was with this hash; as it is now when left out. */
  @ApiPropertyOptional({ type: String, example: HASH })
  @MayBeAbsent()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  hash?: string;
}

export class ListedNameDto {
  @ApiProperty({ type: String, example: 'Aktsionernoe Obshchestvo Primer' })
  text: string;
  /** The list calls it a weak alias. @example false */
  weak: boolean;
}

export class ListedIdentifierDto {
  /** @example register */
  type: string;
  /** @example 1027700000000 */
  value: string;
  @ApiProperty({ type: String, nullable: true, example: 'RU' })
  country: string | null;
}

/** A listed party as its list has it. */
export class ListEntryDto {
  @ApiProperty({ enum: LISTS, enumName: 'SanctionsListName', example: 'eu' })
  list: ListName;
  /** @example EU.27.28 */
  entryId: string;
  @ApiProperty({ type: String, example: HASH })
  hash: string;
  /** The edition that brought it so. @example 3 */
  fromNumber: number;
  /** The edition that changed or removed it; null: it is so now. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  toNumber: number | null;
  @ApiProperty({
    enum: ['person', 'organisation', 'vessel', 'unknown'],
    enumName: 'ListedKind',
    example: 'organisation',
  })
  kind: string;
  names: ListedNameDto[];
  /** `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or a span of them, both ends included; "circa" is a span. @example ["1970-01-01", "1960/1965"] */
  birthDates: string[];
  @ApiProperty({ enum: ['male', 'female'], enumName: 'ListedGender', nullable: true, example: null })
  gender: string | null;
  /** @example ["RU"] */
  countries: string[];
  identifiers: ListedIdentifierDto[];
  /** @example ["1 Example Street, Moscow, Russia"] */
  addresses: string[];
  /** @example ["UKR"] */
  programmes: string[];
  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2022-02-25' })
  listedOn: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Maker of examples.' })
  remarks: string | null;
}
