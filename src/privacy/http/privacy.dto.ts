import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDate,
  IsEmail,
  IsIn,
  IsObject,
  IsOptional,
  IsPhoneNumber,
  IsString,
  IsUUID,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { ListQueryDto, MayBeAbsent } from '#libs/http';
import { ALL_DATA_CLASSES, type DataClass } from '#libs/privacy';
import type { RequestKind, RequestState } from '../domain/data-request.js';

const STATES = [
  'pending',
  'running',
  'completed',
  'partially_completed',
  'refused_by_hold',
  'cancelled',
] as const;
const KINDS = ['export', 'erasure'] as const;

/** Names one person, in one way: customerId, phone, email (a member of staff), counterpartyId (a natural person), or channelId with address. */
export class PrivacySubjectDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @MayBeAbsent()
  @IsUUID()
  customerId?: string;

  /** E.164. @example +4915112345678 */
  @MayBeAbsent()
  @IsString()
  @IsPhoneNumber()
  phone?: string;

  /** @example olena@example.com */
  @MayBeAbsent()
  @IsEmail()
  email?: string;

  /** A counterparty that is a natural person. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  @MayBeAbsent()
  @IsUUID()
  counterpartyId?: string;

  @MayBeAbsent()
  @IsUUID()
  channelId?: string;

  /** How the channel knows the person. @example "4915112345678" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  address?: string;
}

export class OpenPrivacyRequestDto {
  @ApiProperty({ enum: KINDS, enumName: 'PrivacyRequestKind' })
  @IsIn(KINDS)
  kind: RequestKind;

  @ApiProperty({ type: PrivacySubjectDto, example: { phone: '+4915112345678' } })
  @IsObject()
  @ValidateNested()
  @Type(() => PrivacySubjectDto)
  subject: PrivacySubjectDto;

  /** Why; forgotten with the person. @example "Asked by e-mail on 3 March" */
  @IsString()
  @Length(1, 500)
  @Matches(/\S/)
  reason: string;

  /** When it must be answered; 30 days from now when absent (GDPR Art. 12(3)). @example 2027-01-31T00:00:00Z */
  @ApiPropertyOptional({ type: 'string', format: 'date-time' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  dueBy?: Date;
}

export class ListPrivacyRequestsQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: STATES, enumName: 'PrivacyRequestState' })
  @IsOptional()
  @IsIn(STATES)
  state?: RequestState;
}

export class PrivacyRequestStepDto {
  /** @example conversations.messages */
  store: string;
  @ApiProperty({ enum: ['pending', 'done', 'held'], enumName: 'PrivacyStepState' })
  state: string;
  /** `deleted`, `anonymised`, `key destroyed`, `kept` or `exported`; null before its turn. @example deleted */
  what: string | null;
  /** @example 12 */
  records: number;
  /** @example "Invoices are kept for ten years" */
  reason: string | null;
  finishedAt: Date | null;
}

export class PrivacyRequestHoldDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b39 */
  id: string;
  /** @example "Litigation with the landlord" */
  reason: string;
}

export class PrivacyRequestDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b38 */
  id: string;
  @ApiProperty({ enum: KINDS, enumName: 'PrivacyRequestKind' })
  kind: string;
  @ApiProperty({ enum: STATES, enumName: 'PrivacyRequestState' })
  state: string;
  @ApiProperty({ enum: ['customer', 'member', 'counterparty'], enumName: 'PrivacySubjectKind' })
  subjectKind: string;
  /** The person, by keyed hash; the same in every request and receipt about them. @example 9f86d081884c7d659a2feaa0c55ad015 */
  subjectName: string;
  /** @example "Asked by e-mail on 3 March" */
  reason: string;
  /** The member of staff who opened it. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  requestedBy: string | null;
  dueBy: Date;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Of the downloadable document. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  exportSha256: string | null;
  /** Of the downloadable document. @example 48213 */
  exportBytes: number | null;
  exportExpiresAt: Date | null;
  steps: PrivacyRequestStepDto[];
  /** The legal holds that it waits for. */
  holds: PrivacyRequestHoldDto[];
  /** @example 1 */
  version: number;
}

export class PrivacyRequestPageDto {
  data: PrivacyRequestDto[];
  hasMore: boolean;
}

export class PlaceLegalHoldDto {
  @ApiProperty({ type: PrivacySubjectDto, example: { phone: '+4915112345678' } })
  @IsObject()
  @ValidateNested()
  @Type(() => PrivacySubjectDto)
  subject: PrivacySubjectDto;

  /** Everything, when absent. */
  @ApiPropertyOptional({ isArray: true, enum: ALL_DATA_CLASSES, enumName: 'DataClass' })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsIn(ALL_DATA_CLASSES, { each: true })
  dataClasses?: DataClass[];

  /** @example "Litigation with the landlord" */
  @IsString()
  @Length(1, 500)
  @Matches(/\S/)
  reason: string;

  /** Who asks for it. @example "Landgericht Berlin, 12 O 34/26" */
  @IsString()
  @Length(1, 200)
  @Matches(/\S/)
  authority: string;

  /** Until it is lifted, when absent. @example 2028-01-31T00:00:00Z */
  @ApiPropertyOptional({ type: 'string', format: 'date-time' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  until?: Date;
}

export class LiftLegalHoldDto {
  /** @example "Settled out of court" */
  @IsString()
  @Length(1, 500)
  @Matches(/\S/)
  reason: string;
}

export class LegalHoldDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b39 */
  id: string;
  /** The person, by keyed hash. @example 9f86d081884c7d659a2feaa0c55ad015 */
  subjectName: string;
  /** Null: everything. */
  @ApiProperty({ isArray: true, enum: ALL_DATA_CLASSES, enumName: 'DataClass', nullable: true })
  dataClasses: readonly string[] | null;
  /** @example "Litigation with the landlord" */
  reason: string;
  /** @example "Landgericht Berlin, 12 O 34/26" */
  authority: string;
  until: Date | null;
  placedAt: Date;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  placedBy: string | null;
  liftedAt: Date | null;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  liftedBy: string | null;
  /** @example "Settled out of court" */
  liftReason: string | null;
  /** @example 1 */
  version: number;
}

export class LegalHoldPageDto {
  data: LegalHoldDto[];
  hasMore: boolean;
}

export class LiftedLegalHoldDto extends LegalHoldDto {
  /** Requests about the person that wait for a hold: resume them. @example ["0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b38"] */
  waitingRequestIds: string[];
}

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

export class ReceiptKeyDto {
  /** @example 9f0c6f3f9b100198 */
  kid: string;
  /** @example OKP */
  kty: string;
  /** @example Ed25519 */
  crv: string;
  /** 32 bytes in base64url. @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIuaaPcHUR */
  x: string;
  /** Whether it signs today. */
  current: boolean;
}

export class ReceiptKeysDto {
  keys: ReceiptKeyDto[];
}

export class PrivacyReceiptStoreDto {
  /** @example conversations.messages */
  store: string;
  /** @example deleted */
  what: string | null;
  /** @example 12 */
  records: number;
  /** @example "Invoices are kept for ten years" */
  reason: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: string | null;
}

export class PersonalDataSectionDto {
  /** @example conversations.messages */
  store: string;
  /** @example "What was said in the conversations" */
  description: string;
  /** @example ["messages"] */
  dataClasses: string[];
  /** Records by type. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { message: 1 } })
  types: Record<string, number>;
  /** Each has a `type`, which names its shape. */
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    example: [
      { type: 'message', sentAt: '2026-11-20T08:00:00.000Z', text: 'Hello, can I book for tomorrow?' },
    ],
  })
  records: object[];
}

/** Everything that is held about a person. */
export class PersonalDataDocumentDto {
  @ApiProperty({ type: 'string', example: 'frontdesk.personal-data.v1' })
  format: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b38 */
  requestId: string;
  /** The person, by keyed hash. @example 9f86d081884c7d659a2feaa0c55ad015 */
  subject: string;
  at: Date;
  sections: PersonalDataSectionDto[];
}

/** `signature.signature`: Ed25519 over the canonical JSON (keys in code-point order) of the document without `signature`. */
export class PrivacyReceiptDto {
  @ApiProperty({ type: 'string', example: 'frontdesk.privacy-receipt.v1' })
  format: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  tenantId: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b38 */
  requestId: string;
  /** @example erasure */
  kind: string;
  /** @example completed */
  state: string;
  /** The person, by keyed hash. @example 9f86d081884c7d659a2feaa0c55ad015 */
  subject: string;
  requestedAt: Date;
  dueBy: Date;
  finishedAt: Date;
  /** Of the exported document. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  exportSha256: string | null;
  stores: PrivacyReceiptStoreDto[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: {
      keyId: '9f0c6f3f9b100198',
      signature: 'dGhlIHNpZ25hdHVyZSBvZiBhIGhlYWQgb3IgYSByZWNlaXB0IGlzIHNpeHR5LWZvdXIgYnl0ZXMgbG9uZw',
    },
  })
  signature: Record<string, string>;
}
