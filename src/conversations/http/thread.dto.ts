import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Length, Matches, ValidateBy } from 'class-validator';
import { ListQueryDto, MayBeNull } from '#libs/http';
import type { MessagePart } from '../contracts/message-parts.js';
import type { MessageStatus, ThreadOwner } from '../contracts/thread.views.js';

const OWNERS = ['bot', 'queued', 'human', 'closed'] as const;
const STATUSES = ['received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'dropped'] as const;
/** What every channel sends as one message. UTF-16 units. */
const LONGEST = 4096;

export class ListThreadsQueryDto extends ListQueryDto {
  /** Who answers the thread. */
  @ApiPropertyOptional({ enum: OWNERS, enumName: 'ThreadOwner' })
  @IsOptional()
  @IsIn(OWNERS)
  owner?: ThreadOwner;

  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @IsOptional()
  @IsUUID()
  channelId?: string;

  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @IsOptional()
  @IsUUID()
  assigneeId?: string;

  /** The team that the thread belongs to. */
  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @IsOptional()
  @IsUUID()
  teamId?: string;
}

export class AssignThreadDto {
  /** The person who takes the thread; you, when neither this nor a team is given. */
  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @IsOptional()
  @IsUUID()
  assigneeId?: string;

  /** The team that the thread belongs to from now on; null: none. */
  @ApiPropertyOptional({
    type: 'string',
    format: 'uuid',
    nullable: true,
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11',
  })
  @MayBeNull()
  @IsUUID()
  teamId?: string | null;
}

export class SendMessageDto {
  /** Plain text to the customer. @example "Hello, this is Olena. I found a slot for you." */
  @ApiProperty({ minLength: 1, maxLength: LONGEST })
  @IsString()
  @Length(1, LONGEST)
  @ValidateBy({
    name: 'fitsChannel',
    // Length counts an emoji as one, the channels as two.
    validator: {
      validate: (text) => typeof text !== 'string' || text.length <= LONGEST,
      defaultMessage: () => `text must be at most ${LONGEST} UTF-16 units long`,
    },
  })
  @Matches(/\S/, { message: 'text must contain something to read' })
  text: string;
}

export class ThreadCustomerDto {
  /** The customer, whatever channels they use. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b21 */
  id: string;
  /** The customer on this channel. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b22 */
  identityId: string;
  /** @example Sheena Nelson */
  name: string | null;
  /** E.164; null when the channel gave no number. @example +16505551234 */
  phone: string | null;
  /** ISO 639-1 of the language last spoken. @example en */
  language: string | null;
}

export class ThreadDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b23 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b20 */
  channelId: string;
  @ApiProperty({ enum: ['meta-whatsapp', 'webchat', 'api'], enumName: 'ChannelProvider' })
  provider: string;
  /** Who answers: the bot, nobody yet (queued), a person, nobody any more (closed). */
  @ApiProperty({ enum: OWNERS, enumName: 'ThreadOwner' })
  owner: ThreadOwner;
  /** Grows with every change of the owner. @example 1 */
  generation: number;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  assigneeId: string | null;
  /** The team that it belongs to. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11 */
  teamId: string | null;
  /** Why a person is wanted, where the thread is queued. @example "The customer asks for a person." */
  handoffReason: string | null;
  customer: ThreadCustomerDto;
  /** The last message, at most 200 characters. @example "Hello, can I book for tomorrow?" */
  preview: string;
  /** @example 2026-11-20T08:00:00.000Z */
  openedAt: string;
  /** @example 2026-11-20T09:00:00.000Z */
  closedAt: string | null;
  /** @example 2026-11-20T08:05:00.000Z */
  lastMessageAt: string;
  /** @example 2026-11-20T08:05:00.000Z */
  lastCustomerMessageAt: string | null;
  /** `free`: any text may be sent. `template`: the service window is closed. `none`: the thread is closed. */
  @ApiProperty({ enum: ['free', 'template', 'none'], enumName: 'ReplyMode' })
  replyMode: 'free' | 'template' | 'none';
  /** When free text ends; null where nothing limits it. @example 2026-11-21T08:05:00.000Z */
  replyWindowEndsAt: string | null;
  /** @example 3 */
  version: number;
}

export class ThreadPageDto {
  data: ThreadDto[];
  hasMore: boolean;
}

export class MessageAuthorDto {
  @ApiProperty({ enum: ['customer', 'assistant', 'agent', 'system'], enumName: 'AuthorKind' })
  kind: 'customer' | 'assistant' | 'agent' | 'system';
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  id: string | null;
}

export class MessageErrorDto {
  /** The provider's code, or ours. @example 131047 */
  code: string;
  /** @example "Re-engagement message" */
  title: string;
  /** @example "More than 24 hours have passed since the customer last replied." */
  detail?: string;
}

export class ContactPhoneDto {
  /** @example +16505551234 */
  phone: string;
  /** @example CELL */
  type?: string;
  /** @example "16505551234" */
  waId?: string;
}

export class ContactEmailDto {
  /** @example sheena@example.com */
  email: string;
  /** @example WORK */
  type?: string;
}

export class ContactCardDto {
  /** @example "Sheena Nelson" */
  name: string;
  @ApiProperty({ type: () => [ContactPhoneDto] })
  phones: ContactPhoneDto[];
  @ApiProperty({ type: () => [ContactEmailDto] })
  emails: ContactEmailDto[];
}

export class OrderPriceDto {
  /** Integer minor units. @example 3500 */
  amount: number;
  /** ISO 4217. @example EUR */
  currency: string;
}

export class OrderItemDto {
  /** @example shampoo-250 */
  productId: string;
  /** @example 2 */
  quantity: number;
  price?: OrderPriceDto;
}

/** A part of a message; `kind` says which of the other fields it has. */
export class MessagePartDto {
  /** text, button-reply, list-reply, image, audio, video, document, sticker, location, contacts, reaction, order, referral, system or unsupported. @example text */
  kind: string;
  /** @example Hello, can I book for tomorrow? */
  text?: string;
  /** The payload of the button or list row. @example book-manicure */
  id?: string;
  /** @example "Book a manicure" */
  title?: string;
  /** @example "60 minutes, 35 EUR" */
  description?: string;
  /** The provider's id of the media. @example "1013859600285441" */
  mediaId?: string;
  /** @example image/jpeg */
  mimeType?: string;
  /** @example 3f9d94d399fa61c191bc1d4ca71a9c8e0a8b1f3d7d9f6d6b4f0c9a3c5f2e7b11 */
  sha256?: string;
  /** @example "Like this, please" */
  caption?: string;
  /** @example nails.jpg */
  fileName?: string;
  /** A voice note, not an audio file. */
  voice?: boolean;
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 50.4501 })
  latitude?: number;
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 30.5234 })
  longitude?: number;
  /** @example "Salon Lumen" */
  name?: string;
  /** @example "Friedrichstraße 1, Berlin" */
  address?: string;
  /** @example https://salon-lumen.example */
  url?: string;
  @ApiPropertyOptional({ type: () => [ContactCardDto] })
  contacts?: ContactCardDto[];
  /** null when the reaction was taken back. @example 👍 */
  @ApiPropertyOptional({ type: String, nullable: true })
  emoji?: string | null;
  /** The provider's id of the message that was reacted to. @example wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdC */
  toExternalId?: string;
  /** @example "194836987003835" */
  catalogId?: string;
  @ApiPropertyOptional({ type: () => [OrderItemDto] })
  items?: OrderItemDto[];
  /** @example ad */
  sourceType?: string;
  /** @example "120226305854810726" */
  sourceId?: string;
  /** @example https://fb.me/3cr4Wqqkv */
  sourceUrl?: string;
  /** @example "Manicure at 35 EUR" */
  headline?: string;
  /** @example "Book today" */
  body?: string;
  /** @example user_changed_number */
  event?: string;
  /** @example interactive */
  type?: string;
  /** @example unsupported */
  reason?: string;
}

export class MessageDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b24 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b23 */
  threadId: string;
  /** Position in the thread, from 1. @example 3 */
  seq: number;
  @ApiProperty({ enum: ['inbound', 'outbound'], enumName: 'MessageDirection' })
  direction: 'inbound' | 'outbound';
  author: MessageAuthorDto;
  @ApiProperty({
    type: () => [MessagePartDto],
    example: [{ kind: 'text', text: 'Hello, can I book for tomorrow?' }],
  })
  parts: MessagePart[];
  /** The parts as plain text. @example "Hello, can I book for tomorrow?" */
  text: string;
  @ApiProperty({ enum: STATUSES, enumName: 'MessageStatus' })
  status: MessageStatus;
  error: MessageErrorDto | null;
  /** The provider's id. @example wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdC */
  externalId: string | null;
  /** The turn of the assistant that composed it. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b25 */
  turnId: string | null;
  /** @example 2026-11-20T08:00:00.000Z */
  sentAt: string;
  /** @example 2026-11-20T08:00:00.000Z */
  createdAt: string;
}

export class MessagePageDto {
  data: MessageDto[];
  hasMore: boolean;
}
