import type { MessageView } from '#contracts/conversations';

/** A message as the chat page gets it. `id` is stable: a page that sees it twice shows it once. */
export interface WebchatMessage {
  id: string;
  /** The id that the page itself gave its own message. */
  clientId: string | null;
  author: 'customer' | 'assistant' | 'agent' | 'system';
  text: string;
  /** ISO-8601 UTC. */
  at: string;
}

export const MESSAGE_EVENT = 'message';
export const TYPING_EVENT = 'typing';
export const CHAT_NAMESPACE = '/chat';

/** Everyone who has the visitor's page open. */
export const roomOf = (channelId: string, visitorId: string): string => `visitor:${channelId}:${visitorId}`;

export const toWebchatMessage = (m: MessageView): WebchatMessage => ({
  id: m.id,
  clientId: m.direction === 'inbound' ? m.externalId : null,
  author: m.author.kind,
  text: m.text,
  at: m.createdAt,
});

/** Ours that the visitor may see: whatever was not dropped, refused, or is still on its way. */
export const isVisible = (m: MessageView): boolean =>
  m.direction === 'inbound' ? m.author.kind === 'customer' : ['sent', 'delivered', 'read'].includes(m.status);
