import type { ChannelProvider } from '#contracts/channels';
import type { MessagePart } from './message-parts.js';

/** Who answers: the assistant, nobody yet (it waits for a person), a person, nobody any more. */
export type ThreadOwner = 'bot' | 'queued' | 'human' | 'closed';

export type MessageStatus =
  | 'received' // from the customer
  | 'queued' // ours, waits to be sent
  | 'sending' // given to the provider; the outcome is not known yet
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed' // see `error`
  | 'dropped'; // composed by the assistant, and a person took over before it was sent

export interface ThreadView {
  id: string;
  channelId: string;
  provider: ChannelProvider;
  owner: ThreadOwner;
  /** Grows with every change of the owner. */
  generation: number;
  assigneeId: string | null;
  /** The team that it belongs to. */
  teamId: string | null;
  /** Why a person is wanted, where the thread is queued. */
  handoffReason: string | null;
  customer: {
    id: string;
    identityId: string;
    name: string | null;
    phone: string | null;
    language: string | null;
  };
  /** Text of the last message, at most 200 characters. */
  preview: string;
  openedAt: string;
  closedAt: string | null;
  lastMessageAt: string;
  lastCustomerMessageAt: string | null;
  /** What may be written now: `free` text, only a `template` (the service window is closed), or `none` (closed). */
  replyMode: 'free' | 'template' | 'none';
  /** When free text ends; null without a window. */
  replyWindowEndsAt: string | null;
  version: number;
}

export interface MessageView {
  id: string;
  threadId: string;
  /** Position in the thread, from 1. */
  seq: number;
  direction: 'inbound' | 'outbound';
  author: { kind: 'customer' | 'assistant' | 'agent' | 'system'; id: string | null };
  parts: MessagePart[];
  /** The parts as plain text. */
  text: string;
  status: MessageStatus;
  error: { code: string; title: string; detail?: string } | null;
  /** The provider's id. */
  externalId: string | null;
  turnId: string | null;
  sentAt: string;
  createdAt: string;
}
