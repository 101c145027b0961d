import type { MessagePart } from '#contracts/conversations';

/**
 * One thing that a provider told us, cut out of a webhook (a POST may batch several). It is stored raw before
 * anything else happens; `payload` is what `ChannelAdapter.interpret` is given later.
 */
export interface InboundItem {
  /** The provider's address of the business side: WhatsApp `phone_number_id`, web chat key. */
  readonly account: string;
  /** Other addresses to route by when `account` is unknown or absent (WhatsApp Business Account id). */
  readonly fallbackAccount?: string;
  /** Unique per (provider, account): the same delivery twice has the same one. */
  readonly externalId: string;
  readonly kind: 'message' | 'status' | 'other';
  /** Items of one lane are handled in the order they came; it names the customer side (`wa_id`), or the account. */
  readonly lane: string;
  readonly payload: Record<string, unknown>;
}

/** What an item means, after `interpret`. */
export type InboundFact =
  | InboundMessage
  | InboundStatus
  /** The customer moved to another address; the identity stays the same. */
  | {
      fact: 'address-changed';
      from: SenderAddress;
      to: SenderAddress;
      externalId: string;
      text?: string;
      sentAt: Date;
    }
  /** Understood, and of no consequence for a conversation, or not supported yet; kept as stored, marked so. */
  | { fact: 'ignored'; reason: string };

/** Every address of the sender that the provider told us, strongest first; a phone number may be missing. */
export interface SenderAddress {
  readonly keys: { kind: 'wa_id' | 'bsuid' | 'visitor' | 'phone'; value: string }[];
  /** E.164 with "+", when the provider gave a number. */
  readonly phone?: string;
  readonly displayName?: string;
}

export interface InboundMessage {
  readonly fact: 'message';
  readonly externalId: string;
  readonly sender: SenderAddress;
  readonly parts: MessagePart[];
  /** When the customer sent it, by the provider's clock. */
  readonly sentAt: Date;
  /** External id of the message it replies to. */
  readonly replyTo?: string;
}

export type DeliveryStatus = 'sent' | 'delivered' | 'read' | 'failed';

export interface InboundStatus {
  readonly fact: 'status';
  /** The provider's id of OUR message. */
  readonly providerMessageId: string;
  readonly status: DeliveryStatus;
  readonly at: Date;
  readonly recipient?: string;
  readonly error?: { code: string; title: string; detail?: string };
}
