import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/http';

/** Characters of a file at most ... */
const IMPORT_LENGTH = 4_000_000;
/** ... and bytes of the body that it comes in. */
export const IMPORT_BODY_BYTES = 8 * 1024 * 1024;

export class ImportCounterpartiesDto {
  /** For the report. @example suppliers.csv */
  @IsString()
  @Length(1, 200)
  fileName: string;

  /**
   * CSV in UTF-8 with a header, at most 10,000 rows; separated by commas, semicolons or tabs, as the header is. Columns, in any order and
   * notation (`VAT number` is vatNumber): name (needed; others after ` | `), kind, roles, reference, country, vatNumber, lei,
   * registerNumber, registerAuthority, addressLine, postalCode, city, addressCountry, birthDate, gender, contactId, note, schedule, everyDays.
   * A row whose reference is known updates that counterparty: what the file has no column for stays, an empty cell empties.
   */
  @ApiProperty({
    type: String,
    maxLength: IMPORT_LENGTH,
    example:
      'name,kind,reference,country,vatNumber\nBeispiel Handels GmbH,organisation,SUP-2001,DE,DE136695976\n',
  })
  @IsString()
  @Length(1, IMPORT_LENGTH)
  csv: string;
}

export class ImportErrorDto {
  /** The column, or `row`. @example vatNumber */
  column: string;
  @ApiProperty({ type: String, example: 'must be a VAT number with its prefix, such as DE136695976' })
  detail: string;
}

const OUTCOMES = ['created', 'updated', 'unchanged', 'refused'] as const;

export class ImportRowDto {
  /** Of the file; the header is line 1. @example 2 */
  line: number;
  @ApiProperty({ enum: OUTCOMES, enumName: 'ImportOutcome', example: 'created' })
  outcome: (typeof OUTCOMES)[number];
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41',
  })
  counterpartyId: string | null;
  errors: ImportErrorDto[];
}

/** What came of an import. Rows that were refused changed nothing; the others were taken. */
export class CounterpartyImportDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b44 */
  id: string;
  /** @example suppliers.csv */
  fileName: string;
  /** @example 1 */
  rows: number;
  /** @example 1 */
  created: number;
  /** @example 0 */
  updated: number;
  /** @example 0 */
  unchanged: number;
  /** @example 0 */
  refused: number;
  /** @example 2026-11-21T06:00:00.000Z */
  createdAt: Date;
}

export class ImportReportDto extends CounterpartyImportDto {
  /** Rows that were refused, at most 100; all of them are in the rows of the import. */
  refusals: ImportRowDto[];
}

export class ImportRowPageDto {
  data: ImportRowDto[];
  /** Whether a further page exists: ask for it with `afterLine`. @example false */
  hasMore: boolean;
}

export class ListImportRowsQueryDto {
  /** How many rows to answer. */
  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100, type: 'integer', example: 100 })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;

  /** The line of the last row of the page before. */
  @ApiPropertyOptional({ minimum: 1, maximum: 1_000_000, type: 'integer', example: 2 })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  afterLine?: number;

  @ApiPropertyOptional({ enum: OUTCOMES, enumName: 'ImportOutcome', example: 'refused' })
  @MayBeAbsent()
  @IsIn(OUTCOMES)
  outcome?: string;
}
