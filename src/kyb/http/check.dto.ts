import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsUUID } from 'class-validator';
import { ANYTHING, ListQueryDto, MayBeAbsent } from '#libs/http';
import { CHANGE_KINDS } from '../domain/changes.js';
import { TRIGGERS } from '../domain/evidence.js';
import { CHECK_SOURCES, REGISTERS } from '../domain/sources.js';

export const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const STATES = [
  'hits',
  'no_hits',
  'valid',
  'invalid',
  'active',
  'stale',
  'failed',
  'not_found',
  'unidentified',
  'notice_found',
  'no_notice_found',
  'not_checked',
  'not_applicable',
] as const;

export class RunChecksDto {
  /** All of them when left out. */
  @ApiPropertyOptional({
    enum: CHECK_SOURCES,
    enumName: 'CheckSource',
    isArray: true,
    example: ['screening'],
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  @ArrayUnique()
  @IsIn(CHECK_SOURCES, { each: true })
  sources?: (typeof CHECK_SOURCES)[number][];
}

/** An edition of a list. */
export class EditionDto {
  /** @example eu */
  list: string;
  /** @example 17 */
  number: number;
  /** SHA-256 of its bytes, hex. */
  @ApiProperty({ type: String, example: HASH })
  contentHash: string;
}

/** One look at one counterparty by one source. It is never changed. */
export class CheckDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b40 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  counterpartyId: string;
  @ApiProperty({ enum: CHECK_SOURCES, enumName: 'CheckSource', example: 'screening' })
  source: (typeof CHECK_SOURCES)[number];
  /** `not_checked`: the source said nothing; that is no answer about the counterparty. */
  @ApiProperty({ enum: STATES, enumName: 'CheckState', example: 'no_hits' })
  state: (typeof STATES)[number];
  /** Stable code of why, such as `kyb.vies_ms_unavailable`. */
  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
  @ApiProperty({ enum: TRIGGERS, enumName: 'CheckTrigger', example: 'manual' })
  trigger: (typeof TRIGGERS)[number];
  /** The pass that it was part of. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  runId: string | null;
  /** Editions that were searched. */
  listVersions: EditionDto[];
  @ApiProperty({ type: String, nullable: true, example: '1' })
  matcherVersion: string | null;
  /** What the answer depends on besides. */
  @ApiProperty({ type: Object, additionalProperties: true, example: { threshold: 6900, limit: 50 } })
  settings: object;
  /** What the source calls its answer: VIES' consultation number. */
  @ApiProperty({ type: String, nullable: true, example: null })
  reference: string | null;
  /** SHA-256 of the evidence as it was written down, hex. */
  @ApiProperty({ type: String, example: HASH })
  evidenceHash: string;
  /** @example 2026-11-21T06:00:00.000Z */
  startedAt: Date;
  /** @example 2026-11-21T06:00:00.120Z */
  finishedAt: Date;
}

export class ChecksDto {
  data: CheckDto[];
}

export class CheckPageDto extends ChecksDto {
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class ListChecksQueryDto extends ListQueryDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  @MayBeAbsent()
  @IsUUID()
  counterpartyId?: string;

  @ApiPropertyOptional({ enum: CHECK_SOURCES, enumName: 'CheckSource', example: 'screening' })
  @MayBeAbsent()
  @IsIn(CHECK_SOURCES)
  source?: string;

  @ApiPropertyOptional({ enum: STATES, enumName: 'CheckState', example: 'no_hits' })
  @MayBeAbsent()
  @IsIn(STATES)
  state?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b45 */
  @MayBeAbsent()
  @IsUUID()
  runId?: string;
}

export class EvidenceEntryDto {
  /** @example eu */
  list: string;
  /** @example EU.27.28 */
  entryId: string;
  /** The listed party as its list had it. */
  @ApiProperty({ type: Object, additionalProperties: true, nullable: true, example: { entryId: 'EU.27.28' } })
  entity: object | null;
}

/** The proof of a check. */
export class EvidenceDto {
  /** `frontdesk.kyb-evidence.v1`: what was asked and answered, with which editions, matcher and settings, and when. Bodies in base64. */
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    example: { format: 'frontdesk.kyb-evidence.v1', source: 'screening', state: 'no_hits' },
  })
  document: object;
  /** SHA-256 of the document's canonical JSON (RFC 8785), hex, as it is now. */
  @ApiProperty({ type: String, example: HASH })
  sha256: string;
  /** Whether it is what was written down with the check. @example true */
  intact: boolean;
  /** The entries that were hit, as the lists had them. */
  entries: EvidenceEntryDto[];
  /** Whether the matcher gives the same account again. */
  @ApiProperty({
    enum: ['same', 'differs', 'other_matcher', 'not_applicable'],
    enumName: 'EvidenceReplay',
    example: 'same',
  })
  replay: 'same' | 'differs' | 'other_matcher' | 'not_applicable';
}

export class ChangeDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b46 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b40 */
  checkId: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  counterpartyId: string;
  @ApiProperty({ enum: CHECK_SOURCES, enumName: 'CheckSource', example: 'screening' })
  source: (typeof CHECK_SOURCES)[number];
  @ApiProperty({ enum: CHANGE_KINDS, enumName: 'ChangeKind', example: 'new_hit' })
  kind: string;
  /** The fact, `state`, or the listed party. @example eu:EU.27.28 */
  field: string;
  @ApiProperty({ ...ANYTHING, description: 'As it was; null when there was nothing.', example: null })
  before: unknown;
  @ApiProperty({
    ...ANYTHING,
    description: 'As it is; null when it is gone.',
    example: { score: 9400, band: 'MEDIUM' },
  })
  after: unknown;
  /** @example 2026-11-21T06:00:00.120Z */
  createdAt: Date;
}

export class ChangePageDto {
  data: ChangeDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class ListChangesQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: CHANGE_KINDS, enumName: 'ChangeKind', example: 'new_hit' })
  @MayBeAbsent()
  @IsIn(CHANGE_KINDS)
  kind?: string;
}

export class SnapshotDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b47 */
  id: string;
  @ApiProperty({ enum: CHECK_SOURCES, enumName: 'CheckSource', example: 'vies' })
  source: (typeof CHECK_SOURCES)[number];
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b40 */
  checkId: string;
  /** Flat facts: what two snapshots are compared by. */
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    example: { state: 'valid', name: 'Beispiel GmbH' },
  })
  facts: object;
  /** @example 2026-11-21T06:00:00.120Z */
  takenAt: Date;
}

export class SnapshotPageDto {
  data: SnapshotDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

export class ListSnapshotsQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: REGISTERS, enumName: 'RegisterName', example: 'vies' })
  @MayBeAbsent()
  @IsIn(REGISTERS)
  source?: (typeof REGISTERS)[number];
}
