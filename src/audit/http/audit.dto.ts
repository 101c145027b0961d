import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ANYTHING, ListQueryDto, MayBeAbsent } from '#libs/http';

const KINDS = ['change', 'read', 'action'] as const;
const STATES = ['plain', 'masked', 'erased', 'unreadable'] as const;
const INSTANT = 'must be an ISO-8601 instant with its offset, such as 2026-11-23T09:00:00Z';
/** A date alone, or a time without its offset, would mean something else in each zone. */
const WITH_OFFSET = /T\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$/;
const HEX_32 = /^[0-9a-f]{64}$/;

/** What entries are chosen by; all of it must fit. */
export class EntryFilterDto {
  /** The person or API key that acted; the name of the job for the system. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  actorId?: string;

  /** `insert`, `update`, `delete`, `read`, or the name of an action. @example auth.signed-in */
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  action?: string;

  @ApiPropertyOptional({ enum: KINDS, enumName: 'AuditKind' })
  @MayBeAbsent()
  @IsIn(KINDS)
  kind?: (typeof KINDS)[number];

  /** The table of a change; the kind of thing otherwise. @example booking */
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  subjectType?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  subjectId?: string;

  /** The `x-request-id` of a request. @example 4bf92f3577b34da6a3ce929d0e0e4736 */
  @ApiPropertyOptional({ minLength: 1, maxLength: 128 })
  @MayBeAbsent()
  @IsString()
  @Length(1, 128)
  requestId?: string;

  /** Not before this instant. @example 2026-11-01T00:00:00Z */
  @ApiPropertyOptional({ format: 'date-time', type: 'string' })
  @MayBeAbsent()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: `from ${INSTANT}` })
  @Matches(WITH_OFFSET, { message: `from ${INSTANT}` })
  from?: string;

  /** Before this instant. @example 2026-12-01T00:00:00Z */
  @ApiPropertyOptional({ format: 'date-time', type: 'string' })
  @MayBeAbsent()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: `to ${INSTANT}` })
  @Matches(WITH_OFFSET, { message: `to ${INSTANT}` })
  to?: string;
}

export class ListEntriesQueryDto extends EntryFilterDto {
  /** How many rows to answer. */
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, type: 'integer' })
  @Transform(({ value }: { value: unknown }) => (value === undefined ? 20 : Number(value)))
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /** The id of the last row of the page before. */
  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @MayBeAbsent()
  @IsUUID()
  startingAfter?: string;
}

export class ListHeadsQueryDto extends ListQueryDto {}

export class AuditActorDto {
  /** `user`, `api-key`, `assistant` or `system`. @example user */
  kind: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
}

export class AuditSubjectDto {
  /** The table of a change; the kind of thing otherwise. @example booking */
  type: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string | null;
}

/** One field of a row that was inserted, changed or deleted. */
export class AuditChangeDto {
  /** The column. @example customer_name */
  field: string;
  @ApiProperty({ ...ANYTHING, description: 'As it was; null when there was nothing.', example: 'Iryna' })
  before: unknown;
  @ApiProperty({
    ...ANYTHING,
    description: 'As it is since; null when there is nothing.',
    example: 'Iryna Koval',
  })
  after: unknown;
  @ApiProperty({
    enum: STATES,
    enumName: 'AuditValueState',
    description:
      '`masked`: a secret, of which the trail keeps only that it changed. `erased`: personal data whose key was destroyed. ' +
      '`unreadable`: sealed, and not as it was sealed. Both values are null then.',
  })
  state: (typeof STATES)[number];
}

export class AuditRequestDto {
  /** `x-request-id`. @example 4bf92f3577b34da6a3ce929d0e0e4736 */
  id: string | null;
  /** @example 4bf92f3577b34da6a3ce929d0e0e4736 */
  traceId: string;
  /** The client's network address. @example 203.0.113.7 */
  ip: string | null;
  /** @example Mozilla/5.0 */
  userAgent: string | null;
}

/** Somebody did something. */
export class AuditEntryDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** Position in the trail, from 1 and without gaps. @example 1207 */
  sequence: number;
  /** @example 2026-11-20T08:00:00.000Z */
  at: string;
  @ApiProperty({ enum: KINDS, enumName: 'AuditKind' })
  kind: (typeof KINDS)[number];
  /** @example update */
  action: string;
  /** The operationId of the request; the name of the job otherwise. @example rescheduleBooking */
  operation: string;
  actor: AuditActorDto;
  subject: AuditSubjectDto | null;
  changes: AuditChangeDto[];
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Of a read: how many records, and which. Of an action: what it says of itself.',
    example: { count: 1, ids: ['0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10'] },
  })
  facts: Record<string, unknown> | null;
  request: AuditRequestDto;
  /** SHA-256 over the hash before and this entry, in hex. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  hash: string;
  /** HMAC-SHA-256 over the MAC before and this entry, in hex. @example 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae */
  mac: string;
  /** Which audit key made the MAC. @example 1f0c6f3f9b100198 */
  keyId: string;
}

export class AuditEntryPageDto {
  data: AuditEntryDto[];
  hasMore: boolean;
}

/** A signed head as it was delivered off the system. */
class HeadFields {
  /** The business. */
  @IsUUID()
  tenantId: string;
  /** 1, 2, 3 ... within the business. @example 12 */
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  number: number;
  /** The last entry that it covers. @example 1207 */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  sequence: number;
  /** Of that entry, in hex. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  @Matches(HEX_32, { message: 'hash must be 64 hex digits' })
  hash: string;
  /** Of that entry, in hex. @example 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae */
  @Matches(HEX_32, { message: 'mac must be 64 hex digits' })
  mac: string;
  /** @example 2026-11-20T08:00:00.000Z */
  @IsString()
  @Length(1, 40)
  at: string;
  /** Which of GET /api/v1/audit/keys signed it. @example 9f0c6f3f9b100198 */
  @IsString()
  @Length(1, 64)
  keyId: string;
  /** Ed25519 in base64url, over the JSON array described at GET /api/v1/audit/heads. @example dGhlIHNpZ25hdHVyZSBvZiBhIGhlYWQgb3IgYSByZWNlaXB0IGlzIHNpeHR5LWZvdXIgYnl0ZXMgbG9uZw */
  @IsString()
  @Length(1, 200)
  signature: string;
}

/** A head as it is in the file, in an export, or as it was answered. */
export class SignedHeadDto extends HeadFields {
  /** Where it was answered with one; nothing hangs on it. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b33 */
  @MayBeAbsent()
  @IsUUID()
  id?: string;
}

export class AuditHeadDto extends HeadFields {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b33 */
  id: string;
}

export class AuditHeadPageDto {
  data: AuditHeadDto[];
  hasMore: boolean;
}

export class VerifyTrailDto {
  /** Signed heads that you have kept: what the database has lost, they still prove. */
  @ApiPropertyOptional({ type: () => [SignedHeadDto], maxItems: 100 })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => SignedHeadDto)
  heads?: SignedHeadDto[];
}

export class ChainFaultDto {
  /**
   * Integrity: `changed`, `foreign`, `unlinked`, `unknown-key`, `end-changed`, `head-forged`. Completeness: `missing`, `truncated`,
   * `rewritten`, `head-missing`, `restarted`. @example changed
   */
  kind: string;
  /** @example 17 */
  fromSequence: number;
  /** @example 17 */
  toSequence: number;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b34 */
  entryId: string | null;
  /** Number of the signed head concerned. @example 12 */
  head: number | null;
  /** @example "Its content does not give its MAC; its public hash was computed anew." */
  detail: string;
}

export class ChainVerdictDto {
  ok: boolean;
  faults: ChainFaultDto[];
}

export class VerificationDto {
  /** @example 2026-11-20T08:00:00.000Z */
  verifiedAt: string;
  /** @example 1207 */
  entries: number;
  /** @example 1 */
  firstSequence: number | null;
  /** @example 1207 */
  lastSequence: number | null;
  /** Signed heads that the entries were held against. @example 12 */
  heads: number;
  /** Whether each entry is what was written. */
  integrity: ChainVerdictDto;
  /** Whether no entry has gone. */
  completeness: ChainVerdictDto;
  /** There are more faults than are listed. */
  more: boolean;
}

/** An Ed25519 public key as a JWK (RFC 8037). */
export class PublicKeyDto {
  /** @example 9f0c6f3f9b100198 */
  kid: string;
  /** @example OKP */
  kty: string;
  /** @example Ed25519 */
  crv: string;
  /** 32 bytes in base64url. @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIuaaPcHUR */
  x: string;
  /** Whether it signs today; the others signed before. */
  current: boolean;
}

export class PublicKeySetDto {
  keys: PublicKeyDto[];
}
