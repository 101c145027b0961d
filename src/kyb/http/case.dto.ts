import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsUUID } from 'class-validator';
import { ListQueryDto, MayBeAbsent } from '#libs/http';
import { PRIORITIES, type Priority } from '../domain/priority.js';
import { CASE_EVENTS, type CaseEventKind } from '../infrastructure/case.repository.js';

const STATES = ['open', 'closed'] as const;

/** The alerts of one counterparty while some of them are undecided. */
export class CaseDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  counterpartyId: string;
  @ApiProperty({ enum: STATES, enumName: 'CaseState', example: 'open' })
  state: (typeof STATES)[number];
  @ApiProperty({ enum: PRIORITIES, enumName: 'CasePriority', example: 'high' })
  priority: Priority;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  assigneeId: string | null;
  /** When the first of its alerts has to be decided. @example 2026-11-22T06:00:00.000Z */
  dueAt: Date;
  /** @example 2026-11-21T06:00:00.000Z */
  openedAt: Date;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  closedAt: Date | null;
  /** When it was found that its time is over; null while it has time. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  overdueAt: Date | null;
  /** @example 1 */
  version: number;
}

export class CaseEventDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b4c */
  id: string;
  @ApiProperty({ enum: CASE_EVENTS, enumName: 'CaseEventKind', example: 'due' })
  kind: CaseEventKind;
  /** `user:<id>`, `api-key:<id>` or `system:<name>`. @example system:kyb */
  actor: string;
  /** What changed: `assigneeId`; `from` and `to` of priority and time; `dueAt`. */
  @ApiProperty({ type: Object, additionalProperties: true, example: { from: 'normal', to: 'high' } })
  facts: object;
  /** @example 2026-11-21T06:00:00.000Z */
  at: Date;
}

export class CaseEventPageDto {
  data: CaseEventDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

/** A case and what happened to it. */
export class CaseWithHistoryDto extends CaseDto {
  /** Oldest first; the first 100. */
  history: CaseEventDto[];
  /** Whether there is more: `GET /api/v1/kyb/cases/{id}/history`. @example false */
  hasMoreHistory: boolean;
}

export class PriorityDto {
  @ApiProperty({ enum: PRIORITIES, enumName: 'CasePriority', example: 'high' })
  @IsIn(PRIORITIES)
  priority: Priority;
}

export class CasePageDto {
  data: CaseDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class ListCasesQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: STATES, enumName: 'CaseState', example: 'open' })
  @MayBeAbsent()
  @IsIn(STATES)
  state?: string;

  @ApiPropertyOptional({ enum: PRIORITIES, enumName: 'CasePriority', example: 'high' })
  @MayBeAbsent()
  @IsIn(PRIORITIES)
  priority?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  @MayBeAbsent()
  @IsUUID()
  counterpartyId?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  @MayBeAbsent()
  @IsUUID()
  assigneeId?: string;

  /** Open after its time, or not. @example true */
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  overdue?: boolean;
}
