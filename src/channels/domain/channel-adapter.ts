import type { InboundFact } from './inbound.js';

/** What an adapter is given to send one message by. */
export interface OutboundMessage {
  /** Our message id; stable over retries. */
  readonly id: string;
  /** The customer's routing address on this channel (`wa_id`, visitor id). */
  readonly to: string;
  readonly text: string;
  /** External id of the customer's message that this one quotes. */
  readonly replyTo?: string;
}

export interface ChannelAccount {
  readonly tenantId: string;
  readonly channelId: string;
  readonly account: string;
  /** Decrypted credentials, e.g. `{ accessToken }`. Never logged. */
  readonly credentials: Readonly<Record<string, string>>;
}

export interface SendReceipt {
  readonly providerMessageId: string;
  /** `delivered` when the provider's answer already proves it; `sent` otherwise. */
  readonly status: 'sent' | 'delivered';
}

/** One provider of one channel kind. Implementations speak the provider's real protocol and hold no state. */
export abstract class ChannelAdapter {
  abstract readonly provider: 'meta-whatsapp' | 'webchat';

  /** Longest text it sends as one message; a longer reply is refused where it is written. UTF-16 units. */
  abstract readonly maxTextLength: number;

  /**
   * The meaning of a stored item's payload. Lenient: an unknown shape is `ignored`, never an exception.
   * `receivedAt` stands in for a timestamp that cannot be.
   */
  abstract interpret(payload: Record<string, unknown>, receivedAt: Date): InboundFact;

  /** @throws ProviderError classified, always. */
  abstract send(account: ChannelAccount, message: OutboundMessage): Promise<SendReceipt>;

  /** Shows the customer that an answer is being written; best effort, never throws. */
  abstract showTyping(account: ChannelAccount, to: string, lastExternalId: string | null): Promise<void>;
}
