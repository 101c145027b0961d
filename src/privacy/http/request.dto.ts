import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsDate,
  IsEmail,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { IsPhone, ListQueryDto, MayBeAbsent } from '#libs/http';
import {
  REQUEST_KINDS,
  REQUEST_STATES,
  type RequestKind,
  type RequestState,
} from '../domain/data-request.js';

/** Names one person, in one way: customerId, phone, email (a member of staff), counterpartyId (a natural person), or channelId with address. */
export class PrivacySubjectDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @MayBeAbsent()
  @IsUUID()
  customerId?: string;

  /** International number, however it is written. @example +4915112345678 */
  @MayBeAbsent()
  @IsPhone()
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
  @ApiProperty({ enum: REQUEST_KINDS, enumName: 'PrivacyRequestKind' })
  @IsIn(REQUEST_KINDS)
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
  @ApiPropertyOptional({ enum: REQUEST_STATES, enumName: 'PrivacyRequestState' })
  @IsOptional()
  @IsIn(REQUEST_STATES)
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
  @ApiProperty({ enum: REQUEST_KINDS, enumName: 'PrivacyRequestKind' })
  kind: string;
  @ApiProperty({ enum: REQUEST_STATES, enumName: 'PrivacyRequestState' })
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
