import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ListQueryDto } from '#libs/http';
import { LISTS, REGISTERS } from '../domain/sources.js';
import { STATES } from './check.dto.js';

const COVERED = [...LISTS, ...REGISTERS] as const;
const STATE_OR_UNKNOWN = [...STATES, 'unknown'] as const;

export class CoverageRowDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  counterpartyId: string;
  @ApiProperty({ enum: COVERED, enumName: 'CoveredSource', example: 'eu' })
  source: string;
  /** `unknown`: it was never checked, or not since what it is asked with was changed: that is not clean. */
  @ApiProperty({ enum: STATE_OR_UNKNOWN, enumName: 'CoverageState', example: 'no_hits' })
  state: string;
  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
  /** The edition it was held against. */
  @ApiProperty({ type: 'integer', nullable: true, example: 17 })
  listNumber: number | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b40',
  })
  checkId: string | null;
  /** The pass that held it against a later edition, and found it as before. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  runId: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T06:00:00.120Z' })
  checkedAt: Date | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T06:00:00.120Z' })
  attemptedAt: Date | null;
}

export class CounterpartyCoverageDto {
  data: CoverageRowDto[];
}

export class CoverageGapPageDto {
  data: CoverageRowDto[];
  /** Whether a further page exists: ask for it with `startingAfter` = the last counterpartyId. @example false */
  hasMore: boolean;
}

export class CoverageGapsQueryDto extends ListQueryDto {
  @ApiProperty({ enum: COVERED, enumName: 'CoveredSource', example: 'eu' })
  @IsIn(COVERED)
  source: (typeof COVERED)[number];
}

export class CoverageCountDto {
  @ApiProperty({ enum: STATE_OR_UNKNOWN, enumName: 'CoverageState', example: 'no_hits' })
  state: string;
  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 17 })
  listNumber: number | null;
  /** @example 42 */
  counterparties: number;
  /** The oldest look among them. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-14T06:00:00.000Z' })
  oldestCheckedAt: Date | null;
}

export class SourceCoverageDto {
  @ApiProperty({ enum: COVERED, enumName: 'CoveredSource', example: 'eu' })
  source: string;
  /** The edition that is searched now; null for registers, and for a list that was never loaded. */
  @ApiProperty({ type: 'integer', nullable: true, example: 17 })
  currentNumber: number | null;
  /** When that edition was fetched. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T04:00:00.000Z' })
  fetchedAt: Date | null;
  /** Why no newer edition is taken, such as `kyb.list_shrank`. */
  @ApiProperty({ type: String, nullable: true, example: null })
  alarm: string | null;
  /** Held against the current edition, or answered by the register. @example 42 */
  covered: number;
  /** Not, or against an older edition only, or before what it is asked with was changed. @example 0 */
  notCovered: number;
  /** The source cannot be asked about them, such as VIES without a VAT number. @example 0 */
  notApplicable: number;
  counts: CoverageCountDto[];
}

/** Who was checked against what, who not, and why not. */
export class CoverageDto {
  /** Counterparties that are not archived. @example 42 */
  counterparties: number;
  sources: SourceCoverageDto[];
}
