import { Command, Query } from '@nestjs/cqrs';
import type { ChannelProvider } from '#contracts/channels';
import type { MessagePart } from './message-parts.js';
import type { MessageStatus, MessageView, ThreadView } from './thread.views.js';

/** An address of the customer on a channel. One identity may have several; none of them need be a phone number. */
export interface IdentityKey {
  kind: 'wa_id' | 'bsuid' | 'visitor' | 'phone';
  value: string;
}

export interface ReceiveMessageInput {
  channelId: string;
  provider: ChannelProvider;
  sender: { keys: readonly IdentityKey[]; phone?: string; displayName?: string };
  /** Unique per channel; a second message with it changes nothing. */
  dedupeKey: string;
  /** The provider's id of the message, to quote it by. */
  externalId: string;
  parts: MessagePart[];
  sentAt: Date;
  receivedAt: Date;
  replyTo?: string;
  /** Tells apart several conversations of one identity on one channel (`conversation_id` of the API). */
  threadRef?: string;
  /** The team that a thread which it opens belongs to. */
  teamId?: string | null;
  /** `false`: the caller runs the turn itself. */
  scheduleTurn?: boolean;
}

/** A customer's message joins (or opens) the thread of its identity. */
export class ReceiveMessageCommand extends Command<{
  threadId: string;
  messageId: string;
  duplicate: boolean;
}> {
  constructor(readonly input: ReceiveMessageInput) {
    super();
  }
}

/** The customer's address changed; identity and thread stay. Unknown `from`: nothing happens. */
export class ChangeAddressCommand extends Command<{ changed: boolean }> {
  constructor(
    readonly input: {
      channelId: string;
      from: readonly IdentityKey[];
      to: { keys: readonly IdentityKey[]; phone?: string };
      dedupeKey: string;
      text?: string;
      sentAt: Date;
      receivedAt: Date;
    },
  ) {
    super();
  }
}

/** A delivery status from the provider. It may come before we know the message's provider id: then it is parked. */
export class ApplyDeliveryStatusCommand extends Command<{
  outcome: 'applied' | 'parked' | 'outdated' | 'erased';
}> {
  constructor(
    readonly input: {
      channelId: string;
      providerMessageId: string;
      status: 'sent' | 'delivered' | 'read' | 'failed';
      at: Date;
      recipient?: string;
      error?: { code: string; title: string; detail?: string };
    },
  ) {
    super();
  }
}

export interface TurnBrief {
  turnId: string;
  /** Fences off an earlier run of the same turn that is still alive somewhere. */
  attempt: number;
  threadId: string;
  channelId: string;
  customer: { id: string; name: string | null; phone: string | null; language: string | null };
  /** The recent messages, oldest first. */
  messages: MessageView[];
  /** Customer messages from this position on want an answer. */
  unansweredFrom: number;
}

export type TurnRefusal = 'not-bot' | 'nothing-to-answer' | 'not-quiet-yet' | 'busy' | 'done';

/**
 * Opens the one turn a thread may have. `key` names the trigger: the same key again resumes its turn with the next
 * attempt (its worker died). `busy`: another turn runs; it will look for what came meanwhile when it ends.
 * `not-quiet-yet`: come back in `waitMs`.
 */
export class BeginTurnCommand extends Command<
  { brief: TurnBrief } | { refusal: TurnRefusal; waitMs: number }
> {
  constructor(readonly input: { threadId: string; key: string; immediately?: boolean }) {
    super();
  }
}

/**
 * `dropped`: the owner changed meanwhile, or the turn has ended before. `superseded`: a later attempt runs, and ends the
 * turn; whoever is superseded must not call the trigger done.
 */
export type TurnEnd = 'replied' | 'dropped' | 'superseded';

/**
 * Ends a turn with its reply. Unless it answers `replied`, nothing is said. `handoff` queues the thread for a person, after the reply.
 */
export class CompleteTurnCommand extends Command<{
  outcome: TurnEnd;
  messageId: string | null;
}> {
  constructor(
    readonly input: {
      turnId: string;
      attempt: number;
      text: string;
      language: string;
      handoff?: { reason: string };
      /** The channel has no sender; the caller hands the reply over itself. */
      deliverInline?: boolean;
    },
  ) {
    super();
  }
}

export type SendClaim =
  | { action: 'send'; to: string; text: string; replyTo: string | null; repeated: boolean }
  | { action: 'wait'; delayMs: number }
  /** Sent before, dropped, or refused: nothing left to do. */
  | { action: 'none'; status: MessageStatus };

/** Takes a queued message for sending: checks order, owner and service window once more. */
export class ClaimSendCommand extends Command<SendClaim> {
  constructor(
    readonly input: {
      messageId: string;
      serviceWindowMs: number | null;
      unknownOutcomeWaitMs: number;
      /** Why the channel does not send; the message fails with it. */
      refusal?: { code: string; title: string; detail?: string };
    },
  ) {
    super();
  }
}

export class RecordSendCommand extends Command<void> {
  constructor(
    readonly input: {
      messageId: string;
      outcome:
        | { result: 'accepted'; providerMessageId: string; status: 'sent' | 'delivered' }
        /** It certainly was not taken: may be tried again at once. */
        | { result: 'not-sent' }
        | { result: 'failed'; error: { code: string; title: string; detail?: string } };
    },
  ) {
    super();
  }
}

/** `held`: as it is until the caller's unit of work ends, not only now. Error: `thread.not_found`. */
export class GetThreadQuery extends Query<ThreadView> {
  constructor(
    readonly threadId: string,
    readonly held = false,
  ) {
    super();
  }
}

/** Messages of the threads of one identity key on a channel, after a position in time: what a web chat replays. */
export class IdentityHistoryQuery extends Query<MessageView[]> {
  constructor(readonly input: { channelId: string; key: IdentityKey; limit: number }) {
    super();
  }
}

/** Where an identity is written to, and the provider's id of its last message. */
export class IdentityAddressQuery extends Query<{ address: string; lastExternalId: string | null }> {
  constructor(readonly identityId: string) {
    super();
  }
}
