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

  /** How long after the customer's last message free text may be sent; null when there is no such window. */
  abstract readonly serviceWindowMs: number | null;

  /** The meaning of a stored item's payload. Lenient: an unknown shape is `ignored`, never an exception. */
  abstract interpret(payload: Record<string, unknown>): InboundFact;

  /** @throws ProviderError classified, always. */
  abstract send(account: ChannelAccount, message: OutboundMessage): Promise<SendReceipt>;

  /** Shows the customer that an answer is being written; best effort, never throws. */
  abstract showTyping(account: ChannelAccount, to: string, lastExternalId: string | null): Promise<void>;
}
