import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { ListQueryDto, MayBeAbsent, MayBeNull } from '#libs/http';

/** With a zone, and within what a clock shows. */
const INSTANT =
  /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const HEADERS = {
  type: 'object',
  additionalProperties: { type: 'string' },
  example: { authorization: 'Bearer 7c9e6679' },
} as const;
const TYPES = ['calendar.booking.confirmed.v1', 'calendar.booking.cancelled.v1'];

export class CreateWebhookEndpointDto {
  /** Where events are posted to: https, a public host, no user name or password. @example https://crm.example.com/hooks/frontdesk */
  @IsString()
  @Length(1, 2048)
  url: string;

  /** @example CRM */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @MayBeNull()
  @IsString()
  @Length(1, 200)
  description?: string | null;

  /** Types of `GET /api/v1/webhook-event-types`, or `*` for all, those to come included. */
  @ApiProperty({ type: [String], example: TYPES })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  eventTypes: string[];

  @ApiPropertyOptional({ type: 'boolean', default: true })
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  /** At most ten headers that go with every request. Kept encrypted; only their names are answered. */
  @ApiPropertyOptional({ ...HEADERS, writeOnly: true })
  @MayBeAbsent()
  @IsObject()
  headers?: Record<string, string>;
}

export class UpdateWebhookEndpointDto {
  /** @example https://crm.example.com/hooks/frontdesk */
  @MayBeAbsent()
  @IsString()
  @Length(1, 2048)
  url?: string;

  /** @example CRM */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @MayBeNull()
  @IsString()
  @Length(1, 200)
  description?: string | null;

  @ApiPropertyOptional({ type: [String], example: ['*'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  eventTypes?: string[];

  /** Enabling forgets the failures; what waits is sent. */
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  /** Takes the place of all headers. */
  @ApiPropertyOptional({ ...HEADERS, writeOnly: true })
  @MayBeAbsent()
  @IsObject()
  headers?: Record<string, string>;
}

export class RotateSecretDto {
  /** How long the old secret signs too. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 604800, default: 86400 })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(604_800)
  graceSeconds: number = 86_400;
}

export class ReplayFailedDto {
  /** Failed deliveries made since then are sent again. @example 2026-03-14T10:00:00.000Z */
  @ApiProperty({ type: 'string', format: 'date-time' })
  @IsISO8601({ strict: true })
  @Matches(INSTANT, { message: 'since must be an instant such as 2026-03-14T10:00:00Z' })
  since: string;
}

export class ListDeliveriesQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: ['pending', 'delivered', 'failed'], enumName: 'WebhookDeliveryStatus' })
  @MayBeAbsent()
  @IsIn(['pending', 'delivered', 'failed'])
  status?: 'pending' | 'delivered' | 'failed';
}

export class WebhookEndpointDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example https://crm.example.com/hooks/frontdesk */
  url: string;
  @ApiProperty({ type: 'string', nullable: true, example: 'CRM' })
  description: string | null;
  @ApiProperty({ type: [String], example: TYPES })
  eventTypes: string[];
  @ApiProperty({ enum: ['enabled', 'disabled'], enumName: 'WebhookEndpointStatus' })
  status: 'enabled' | 'disabled';
  /** `gone`: it answered 410. `failing`: it failed for days. */
  @ApiProperty({ enum: ['manual', 'gone', 'failing'], enumName: 'WebhookDisabledReason', nullable: true })
  disabledReason: 'manual' | 'gone' | 'failing' | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  disabledAt: Date | null;
  /** Names of the headers of your own. */
  @ApiProperty({ type: [String], example: ['authorization'] })
  headerNames: string[];
  /** Failures in a row. @example 0 */
  consecutiveFailures: number;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  failingSince: Date | null;
  /** Nothing is sent before: it failed many times in a row, or asked for it with 429. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  pausedUntil: Date | null;
  /** Until when the secret before this one signs too. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  previousSecretUntil: Date | null;
  createdAt: Date;
  /** @example 1 */
  version: number;
}

export class WebhookEndpointSecretDto extends WebhookEndpointDto {
  /** Verifies signatures; shown this once. @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw */
  secret: string;
}

export class WebhookEndpointPageDto {
  data: WebhookEndpointDto[];
  hasMore: boolean;
}

export class WebhookEventTypeDto {
  /** @example calendar.booking.confirmed.v1 */
  type: string;
  /** @example "A booking was made, or a hold confirmed." */
  description: string;
  /** An example of `data`. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { bookingId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10' },
  })
  example: Record<string, unknown>;
}

export class WebhookEventTypeListDto {
  data: WebhookEventTypeDto[];
}

export class WebhookDeliveryDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b35 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  endpointId: string;
  /** The `webhook-id` header of every try. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11 */
  eventId: string;
  /** @example calendar.booking.confirmed.v1 */
  eventType: string;
  /** What `sequence` counts for: the booking, the thread. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b36 */
  subject: string;
  /** @example 1 */
  sequence: number;
  @ApiProperty({ enum: ['pending', 'delivered', 'failed'], enumName: 'WebhookDeliveryStatus' })
  status: 'pending' | 'delivered' | 'failed';
  /** Tries made. @example 1 */
  attempts: number;
  /** When it is tried next. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  dueAt: Date | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 200 })
  lastStatus: number | null;
  @ApiProperty({ type: 'string', nullable: true, example: 'net.timeout' })
  lastError: string | null;
  createdAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: Date | null;
}

export class WebhookDeliveryPageDto {
  data: WebhookDeliveryDto[];
  hasMore: boolean;
}

export class WebhookAttemptDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b37 */
  id: string;
  /** @example 1 */
  number: number;
  startedAt: Date;
  /** @example 84 */
  durationMs: number;
  /** `refused`: the URL leads to where nothing may be sent. */
  @ApiProperty({ enum: ['delivered', 'failed', 'refused'], enumName: 'WebhookAttemptOutcome' })
  outcome: 'delivered' | 'failed' | 'refused';
  @ApiProperty({ type: 'integer', nullable: true, example: 200 })
  status: number | null;
  @ApiProperty({ type: 'string', nullable: true, example: 'The answer was 503.' })
  error: string | null;
  /** The beginning of the answer, 1 KiB at most. */
  @ApiProperty({ type: 'string', nullable: true, example: 'ok' })
  excerpt: string | null;
}

export class WebhookAttemptPageDto {
  data: WebhookAttemptDto[];
  hasMore: boolean;
}

export class ReplayedDto {
  /** How many are sent again. @example 12 */
  replayed: number;
}
