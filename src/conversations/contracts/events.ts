import { defineEvent } from '#libs/kernel';

const id = (description: string) => ({ type: 'string', format: 'uuid', description });
const IDS = {
  threadId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b20',
  messageId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b21',
};

/** A conversation has begun. */
export const ThreadOpened = defineEvent<{ threadId: string; channelId: string }>(
  'conversations.thread.opened.v1',
  {
    summary: 'A conversation has begun.',
    schemaName: 'ThreadOpenedPayload',
    fields: { threadId: id('The conversation.'), channelId: id('The channel it came through.') },
    example: { threadId: IDS.threadId, channelId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b22' },
  },
);

/** The provider took a message of ours. */
export const MessageSent = defineEvent<{ threadId: string; messageId: string; channelId: string }>(
  'conversations.message.sent.v1',
  {
    summary: 'The provider took a message of yours.',
    schemaName: 'MessageSentPayload',
    fields: {
      threadId: id('The conversation.'),
      messageId: id('The message.'),
      channelId: id('The channel it went through.'),
    },
    example: { ...IDS, channelId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b22' },
  },
);

/** A customer's message has joined its thread. */
export const MessageReceived = defineEvent<{
  threadId: string;
  messageId: string;
  channelId: string;
  seq: number;
}>('conversations.message.received.v1', {
  summary: 'A customer wrote.',
  schemaName: 'MessageReceivedPayload',
  fields: {
    threadId: id('The conversation.'),
    messageId: id('The message.'),
    channelId: id('The channel it came through.'),
    seq: {
      type: 'integer',
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'Position in the conversation.',
    },
  },
  example: { ...IDS, channelId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b22', seq: 3 },
});

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
  {
    summary: 'A message could not be delivered.',
    schemaName: 'MessageFailedPayload',
    fields: {
      threadId: id('The conversation.'),
      messageId: id('The message.'),
      code: { type: 'string', description: "The provider's code, or ours." },
    },
    example: { ...IDS, code: '131047' },
  },
);

/**
 * A thread is not what people saw of it last: for the live inbox, which tells whoever has it in sight. It comes once a commit; what
 * changes nothing that people see has none.
 */
export const ThreadChanged = defineEvent<{
  threadId: string;
  version: number;
  opened: boolean;
  /** Owner, assignee or team are others. */
  moved: boolean;
  /** Position of the last message, when there is a new one. */
  seq: number | null;
  /** Somebody else's from here on: whose it was. */
  passedOn: boolean;
  assigneeBefore: string | null;
  teamBefore: string | null;
}>('conversations.thread.changed.v1');

/** A message of ours came further: delivered, read, dropped. That it was sent or failed has events of its own. */
export const MessageProgressed = defineEvent<{ threadId: string; messageId: string }>(
  'conversations.message.progressed.v1',
);

/** The thread has another owner: bot, queued (waits for a person), human, closed. */
export const ThreadOwnerChanged = defineEvent<{
  threadId: string;
  from: string;
  to: string;
  generation: number;
  reason: string | null;
}>('conversations.thread.owner-changed.v1', {
  summary: 'A conversation has another owner; it is closed when `to` is `closed`.',
  schemaName: 'ThreadOwnerChangedPayload',
  fields: {
    threadId: id('The conversation.'),
    from: { type: 'string', description: 'bot, queued, human or closed. New owners may be added.' },
    to: { type: 'string', description: 'bot, queued, human or closed. New owners may be added.' },
    generation: {
      type: 'integer',
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'Grows with every change: put events in order by it.',
    },
    reason: { type: ['string', 'null'], description: 'Why a person is wanted.' },
  },
  example: { threadId: IDS.threadId, from: 'bot', to: 'queued', generation: 2, reason: 'asked-for-a-person' },
});
