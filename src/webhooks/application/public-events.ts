import { BookingCancelled, BookingConfirmed, BookingRescheduled } from '#contracts/calendar';
import {
  MessageFailed,
  MessageReceived,
  MessageSent,
  ThreadOpened,
  ThreadOwnerChanged,
} from '#contracts/conversations';
import { EndpointDisabled } from '../contracts/events.js';

export interface PublicEvent {
  readonly type: string;
  readonly description: string;
  /** An example of `data`. */
  readonly example: Readonly<Record<string, unknown>>;
}

const ID = '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10';
const THREAD = { threadId: ID };
const MESSAGE = { ...THREAD, messageId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11' };
const CHANNEL = { channelId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12' };
const BOOKING = {
  bookingId: ID,
  code: 'K7M2QX',
  serviceId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b13',
  staffId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b14',
  customerId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b15',
  threadId: null,
  startsAt: '2026-03-16T09:00:00.000Z',
  endsAt: '2026-03-16T10:00:00.000Z',
};

/** What an endpoint can subscribe to: ids and facts, no names and no texts. */
export const PUBLIC_EVENTS: readonly PublicEvent[] = [
  { type: BookingConfirmed.type, description: 'A booking was made, or a hold confirmed.', example: BOOKING },
  {
    type: BookingRescheduled.type,
    description: 'A booking was moved.',
    example: {
      ...BOOKING,
      previousStartsAt: '2026-03-15T09:00:00.000Z',
      previousStaffId: BOOKING.staffId,
    },
  },
  {
    type: BookingCancelled.type,
    description: 'A booking was cancelled.',
    example: { ...BOOKING, reason: null },
  },
  { type: ThreadOpened.type, description: 'A conversation has begun.', example: { ...THREAD, ...CHANNEL } },
  {
    type: ThreadOwnerChanged.type,
    description: 'A conversation went to the bot, the queue or a person, or was closed (`to`).',
    example: { ...THREAD, from: 'bot', to: 'closed', generation: 2, reason: null },
  },
  {
    type: MessageReceived.type,
    description: 'A customer wrote.',
    example: { ...MESSAGE, ...CHANNEL, seq: 1 },
  },
  {
    type: MessageSent.type,
    description: 'The provider took a message of yours.',
    example: { ...MESSAGE, ...CHANNEL },
  },
  {
    type: MessageFailed.type,
    description: 'A message of yours could not be sent.',
    example: { ...MESSAGE, code: '131047' },
  },
  {
    type: EndpointDisabled.type,
    description: 'An endpoint was disabled: it answered 410, or failed for days.',
    example: { endpointId: ID, reason: 'failing' },
  },
];

export const PUBLIC_TYPES: readonly string[] = PUBLIC_EVENTS.map(({ type }) => type);

/** Sent on request only. */
export const TEST_TYPE = 'webhooks.test.v1';
