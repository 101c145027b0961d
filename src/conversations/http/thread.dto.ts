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
  /** Plain text to the customer. @example Hello, this is Olena. I found a slot for you. */
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
  /** The customer, whatever channels they use. */
  id: string;
  /** The customer on this channel. */
  identityId: string;
  /** @example Sheena Nelson */
  name: string | null;
  /** E.164; null when the channel gave no number. @example +16505551234 */
  phone: string | null;
  /** ISO 639-1 of the language last spoken. @example en */
  language: string | null;
}

export class ThreadDto {
  id: string;
  channelId: string;
  @ApiProperty({ enum: ['meta-whatsapp', 'webchat', 'api'], enumName: 'ChannelProvider' })
  provider: string;
  /** Who answers: the bot, nobody yet (queued), a person, nobody any more (closed). */
  @ApiProperty({ enum: OWNERS, enumName: 'ThreadOwner' })
  owner: ThreadOwner;
  /** Grows with every change of the owner. @example 1 */
  generation: number;
  assigneeId: string | null;
  /** The team that it belongs to. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11 */
  teamId: string | null;
  /** Why a person is wanted, where the thread is queued. */
  handoffReason: string | null;
  customer: ThreadCustomerDto;
  /** The last message, at most 200 characters. */
  preview: string;
  openedAt: string;
  closedAt: string | null;
  lastMessageAt: string;
  lastCustomerMessageAt: string | null;
  /** `free`: any text may be sent. `template`: the service window is closed. `none`: the thread is closed. */
  @ApiProperty({ enum: ['free', 'template', 'none'], enumName: 'ReplyMode' })
  replyMode: 'free' | 'template' | 'none';
  /** When free text ends; null where nothing limits it. */
  replyWindowEndsAt: string | null;
  version: number;
}

export class ThreadPageDto {
  data: ThreadDto[];
  hasMore: boolean;
}

export class MessageAuthorDto {
  @ApiProperty({ enum: ['customer', 'assistant', 'agent', 'system'], enumName: 'AuthorKind' })
  kind: 'customer' | 'assistant' | 'agent' | 'system';
  id: string | null;
}

export class MessageErrorDto {
  /** The provider's code, or ours. @example 131047 */
  code: string;
  title: string;
  detail?: string;
}

export class ContactPhoneDto {
  /** @example +16505551234 */
  phone: string;
  type?: string;
  waId?: string;
}

export class ContactEmailDto {
  /** @example sheena@example.com */
  email: string;
  type?: string;
}

export class ContactCardDto {
  /** @example Sheena Nelson */
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
  productId: string;
  quantity: number;
  price?: OrderPriceDto;
}

/** A part of a message; `kind` says which of the other fields it has. */
export class MessagePartDto {
  /** text, button-reply, list-reply, image, audio, video, document, sticker, location, contacts, reaction, order, referral, system or unsupported. @example text */
  kind: string;
  /** @example Hello, can I book for tomorrow? */
  text?: string;
  /** The payload of the button or list row. */
  id?: string;
  title?: string;
  description?: string;
  /** The provider's id of the media. */
  mediaId?: string;
  mimeType?: string;
  sha256?: string;
  caption?: string;
  fileName?: string;
  /** A voice note, not an audio file. */
  voice?: boolean;
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 50.4501 })
  latitude?: number;
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 30.5234 })
  longitude?: number;
  name?: string;
  address?: string;
  url?: string;
  @ApiPropertyOptional({ type: () => [ContactCardDto] })
  contacts?: ContactCardDto[];
  /** null when the reaction was taken back. */
  @ApiPropertyOptional({ type: String, nullable: true })
  emoji?: string | null;
  /** The provider's id of the message that was reacted to. */
  toExternalId?: string;
  catalogId?: string;
  @ApiPropertyOptional({ type: () => [OrderItemDto] })
  items?: OrderItemDto[];
  sourceType?: string;
  sourceId?: string;
  sourceUrl?: string;
  headline?: string;
  body?: string;
  event?: string;
  type?: string;
  reason?: string;
}

export class MessageDto {
  id: string;
  threadId: string;
  /** Position in the thread, from 1. @example 3 */
  seq: number;
  @ApiProperty({ enum: ['inbound', 'outbound'], enumName: 'MessageDirection' })
  direction: 'inbound' | 'outbound';
  author: MessageAuthorDto;
  @ApiProperty({ type: () => [MessagePartDto] })
  parts: MessagePart[];
  /** The parts as plain text. */
  text: string;
  @ApiProperty({ enum: STATUSES, enumName: 'MessageStatus' })
  status: MessageStatus;
  error: MessageErrorDto | null;
  /** The provider's id. */
  externalId: string | null;
  /** The turn of the assistant that composed it. */
  turnId: string | null;
  sentAt: string;
  createdAt: string;
}

export class MessagePageDto {
  data: MessageDto[];
  hasMore: boolean;
}
