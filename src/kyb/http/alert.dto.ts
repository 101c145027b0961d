import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsString,
  IsUUID,
  Length,
  ValidateIf,
} from 'class-validator';
import { ListQueryDto, MayBeAbsent, MayBeNull } from '#libs/http';
import { ALERT_STATES, DISPOSITIONS, REASON_CODES } from '../domain/alert.js';
import { CHANGE_KINDS } from '../domain/changes.js';
import { SEVERITIES } from '../domain/rules.js';
import { IsInstant, Trimmed } from './validators.js';

const NOTE = { type: String, nullable: true, maxLength: 4000, example: 'Born in another century.' } as const;
const toBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

export class AlertDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b48 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  counterpartyId: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49 */
  caseId: string;
  /** What it is about: a listed party (`hit:`), one that is listed no more (`removed:`), or a fact of a register (`field:`). @example hit:eu:EU.27.28 */
  subject: string;
  @ApiProperty({ enum: CHANGE_KINDS, enumName: 'ChangeKind', example: 'new_hit' })
  kind: string;
  @ApiProperty({ enum: SEVERITIES, enumName: 'AlertSeverity', example: 'high' })
  severity: string;
  @ApiProperty({ enum: ALERT_STATES, enumName: 'AlertState', example: 'open' })
  state: string;
  /** The entry of the list as it is decided about; when it changes, the alert is open again. */
  @ApiProperty({ type: String, nullable: true, example: null })
  entryHash: string | null;
  /** Basis points. */
  @ApiProperty({ type: 'integer', nullable: true, example: 9400 })
  score: number | null;
  /** The last check that showed it. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b40 */
  checkId: string;
  /** @example 2026-11-21T06:00:00.000Z */
  raisedAt: Date;
  /** @example 2026-11-21T06:00:00.000Z */
  lastSeenAt: Date;
  /** When it has to be decided. @example 2026-11-22T06:00:00.000Z */
  dueAt: Date;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  assigneeId: string | null;
  @ApiProperty({ enum: DISPOSITIONS, enumName: 'Disposition', nullable: true, example: null })
  disposition: string | null;
  @ApiProperty({ type: String, nullable: true, example: null })
  reasonCode: string | null;
  /** `user:<id>`. */
  @ApiProperty({ type: String, nullable: true, example: null })
  proposedBy: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  proposedAt: Date | null;
  @ApiProperty({ type: String, nullable: true, example: null })
  decidedBy: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  decidedAt: Date | null;
  /** When it is open again by itself. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  expiresAt: Date | null;
  /** Whether what the rules stop for a confirmed alert is stopped because of it. @example false */
  stopping: boolean;
  /** @example 1 */
  version: number;
}

export class AlertPageDto {
  data: AlertDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class AlertEventDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b4a */
  id: string;
  /** The case it happened in. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49 */
  caseId: string;
  /** `raised`, `seen`, `proposed`, `approved`, `rejected`, `reopened`, `expired`, `ended`, `assigned`, `noted`. @example raised */
  kind: string;
  /** @example system:kyb */
  actor: string;
  @ApiProperty({ type: Object, additionalProperties: true, example: { score: 9400 } })
  facts: object;
  @ApiProperty({ ...NOTE, example: null })
  note: string | null;
  /** @example 2026-11-21T06:00:00.000Z */
  at: Date;
}

export class AlertEventPageDto {
  data: AlertEventDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

/** An alert and what happened to it. */
export class AlertWithHistoryDto extends AlertDto {
  /** Oldest first; the first 100. */
  history: AlertEventDto[];
  /** Whether there is more: `GET /api/v1/kyb/alerts/{id}/history`. @example false */
  hasMoreHistory: boolean;
}

export class ListAlertsQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: ALERT_STATES, enumName: 'AlertState', example: 'open' })
  @MayBeAbsent()
  @IsIn(ALERT_STATES)
  state?: string;

  @ApiPropertyOptional({ enum: SEVERITIES, enumName: 'AlertSeverity', example: 'high' })
  @MayBeAbsent()
  @IsIn(SEVERITIES)
  severity?: string;

  @ApiPropertyOptional({ enum: CHANGE_KINDS, enumName: 'ChangeKind', example: 'new_hit' })
  @MayBeAbsent()
  @IsIn(CHANGE_KINDS)
  kind?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  @MayBeAbsent()
  @IsUUID()
  counterpartyId?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49 */
  @MayBeAbsent()
  @IsUUID()
  caseId?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  @MayBeAbsent()
  @IsUUID()
  assigneeId?: string;

  /** Undecided after their time, or not. @example true */
  @MayBeAbsent()
  @Transform(toBoolean)
  @IsBoolean()
  overdue?: boolean;
}

export class NoteDto {
  @ApiPropertyOptional(NOTE)
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 4000)
  note?: string | null;
}

export class AddNoteDto {
  /** @example Asked for a copy of the passport. */
  @ApiProperty({ type: String, minLength: 1, maxLength: 4000, example: 'Asked for a copy of the passport.' })
  @Trimmed()
  @IsString()
  @Length(1, 4000)
  note: string;
}

export class ProposeDto extends NoteDto {
  @ApiProperty({ enum: DISPOSITIONS, enumName: 'Disposition', example: 'false_positive' })
  @IsIn(DISPOSITIONS)
  disposition: (typeof DISPOSITIONS)[number];

  @ApiProperty({ enum: REASON_CODES, enumName: 'ReasonCode', example: 'different_birth_date' })
  @IsIn(REASON_CODES)
  reasonCode: string;

  /** When it has to be looked at again; never, when left out. */
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, example: '2099-11-21T00:00:00Z' })
  @MayBeNull()
  @IsInstant()
  expiresAt?: string | null;
}

export class AssignDto {
  /** A member of the business; null: nobody. */
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12',
  })
  @ValidateIf((_, value: unknown) => value !== null)
  @IsUUID()
  assigneeId: string | null;
}

const ACTIONS = ['propose', 'approve', 'reject', 'reopen', 'assign'] as const;

export class BulkAlertsDto extends NoteDto {
  @ApiProperty({ enum: ACTIONS, enumName: 'BulkAlertAction', example: 'propose' })
  @IsIn(ACTIONS)
  action: (typeof ACTIONS)[number];

  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: 200,
    example: ['0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b48'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  ids: string[];

  /** With `propose`. */
  @ApiPropertyOptional({ enum: DISPOSITIONS, enumName: 'Disposition', example: 'false_positive' })
  @MayBeAbsent()
  @IsIn(DISPOSITIONS)
  disposition?: (typeof DISPOSITIONS)[number];

  /** With `propose`. */
  @ApiPropertyOptional({ enum: REASON_CODES, enumName: 'ReasonCode', example: 'different_person' })
  @MayBeAbsent()
  @IsIn(REASON_CODES)
  reasonCode?: string;

  /** With `propose`. */
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, example: '2099-11-21T00:00:00Z' })
  @MayBeNull()
  @IsInstant()
  expiresAt?: string | null;

  /** With `assign`; nobody when left out. */
  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, example: null })
  @MayBeNull()
  @IsUUID()
  assigneeId?: string | null;
}

export class BulkAlertResultDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b48 */
  id: string;
  /** As it is now; null when it was refused. */
  @ApiProperty({ type: AlertDto, nullable: true })
  alert: AlertDto | null;
  @ApiProperty({ type: String, nullable: true, example: null })
  code: string | null;
  @ApiProperty({ type: String, nullable: true, example: null })
  detail: string | null;
}

export class BulkAlertResultsDto {
  /** In the order of the ids. */
  data: BulkAlertResultDto[];
}
