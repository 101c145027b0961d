import type { MessagePart } from '../contracts/message-parts.js';
import type { MessageStatus, MessageView } from '../contracts/thread.views.js';

export interface MessageError {
  code: string;
  title: string;
  detail?: string;
}

/** A message as stored. Inbound ones never change; outbound ones move through their statuses. */
export interface Message {
  readonly id: string;
  readonly threadId: string;
  readonly channelId: string;
  readonly seq: number;
  readonly direction: 'inbound' | 'outbound';
  readonly author: MessageView['author'];
  readonly parts: MessagePart[];
  readonly text: string;
  /** Whether it wants an answer. */
  readonly asks: boolean;
  readonly status: MessageStatus;
  readonly error: MessageError | null;
  readonly dedupeKey: string | null;
  readonly externalId: string | null;
  readonly replyTo: string | null;
  readonly turnId: string | null;
  /** Of the thread when the bot composed it; null for people. */
  readonly generation: number | null;
  readonly sendStartedAt: Date | null;
  /** When it was first seen that a send had begun and nobody knows how it ended. */
  readonly sendDoubtedAt: Date | null;
  readonly sentAt: Date;
  readonly createdAt: Date;
}

export const toMessageView = (m: Message): MessageView => ({
  id: m.id,
  threadId: m.threadId,
  seq: m.seq,
  direction: m.direction,
  author: m.author,
  parts: m.parts,
  text: m.text,
  status: m.status,
  error: m.error,
  externalId: m.externalId,
  turnId: m.turnId,
  sentAt: m.sentAt.toISOString(),
  createdAt: m.createdAt.toISOString(),
});
