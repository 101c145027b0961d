import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsObject } from 'class-validator';

export class RetentionRuleDto {
  /** @example audit */
  dataClass: string;
  /** Null: kept. @example 3653 */
  days: number | null;
  /** @example 3653 */
  defaultDays: number | null;
  /** @example 3653 */
  minimumDays: number;
  /** @example "Germany: § 147(1) No. 1, (3) AO, § 257(1) No. 1, (4) HGB: 10 years" */
  minimumSource: string | null;
}

export class RetentionDto {
  data: RetentionRuleDto[];
  /** @example 1 */
  version: number;
}

export class SetRetentionDto {
  /** Days by class; null keeps a class for good. Classes that are not named stay as they are. */
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', nullable: true },
    example: { messages: 60 },
  })
  @IsObject()
  @Transform(({ value }: { value: unknown }) => value)
  days: Record<string, number | null>;
}

export class RetentionPreviewItemDto {
  /** @example messages */
  dataClass: string;
  /** @example conversations.messages */
  store: string;
  /** @example 90 */
  days: number;
  /** What a run would prune now. @example 12 */
  records: number;
}

export class RetentionPreviewDto {
  data: RetentionPreviewItemDto[];
}

export class RetentionRunClassDto {
  /** @example messages */
  dataClass: string;
  /** @example conversations.messages */
  store: string;
  /** @example 90 */
  days: number;
  /** @example 12 */
  records: number;
  /** @example 2026-08-22T08:00:00.000Z */
  oldestKept: string | null;
}

export class RetentionRunDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b3a */
  id: string;
  startedAt: Date;
  finishedAt: Date | null;
  /** @example 840 */
  durationMs: number | null;
  classes: RetentionRunClassDto[];
}

export class RetentionRunPageDto {
  data: RetentionRunDto[];
  hasMore: boolean;
}
