import { defineEvent } from '#libs/kernel';

/** A conversation has begun. */
export const ThreadOpened = defineEvent<{ threadId: string; channelId: string }>(
  'conversations.thread.opened.v1',
);

/** The provider took a message of ours. */
export const MessageSent = defineEvent<{ threadId: string; messageId: string; channelId: string }>(
  'conversations.message.sent.v1',
);

/** A customer's message has joined its thread. */
export const MessageReceived = defineEvent<{
  threadId: string;
  messageId: string;
  channelId: string;
  seq: number;
}>('conversations.message.received.v1');

/** The customer may have been quiet long enough: whoever answers looks whether the thread wants a turn. */
export const TurnDue = defineEvent<{ threadId: string }>('conversations.turn.due.v1');

/** A turn is being composed: the channel may show that someone is typing. */
export const TurnStarted = defineEvent<{ threadId: string; channelId: string; turnId: string }>(
  'conversations.turn.started.v1',
);

/** A message waits to be sent by its channel. */
export const MessageQueued = defineEvent<{ threadId: string; messageId: string; channelId: string }>(
  'conversations.message.queued.v1',
);

export const MessageFailed = defineEvent<{ threadId: string; messageId: string; code: string }>(
  'conversations.message.failed.v1',
);

/** The thread has another owner: bot, queued (waits for a person), human, closed. */
export const ThreadOwnerChanged = defineEvent<{
  threadId: string;
  from: string;
  to: string;
  generation: number;
  reason: string | null;
}>('conversations.thread.owner-changed.v1');
