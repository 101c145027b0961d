import { ProviderError, SystemClock, type Clock } from '#libs/kernel';
import {
  ChannelAdapter,
  type ChannelAccount,
  type OutboundMessage,
  type SendReceipt,
} from '../../../domain/channel-adapter.js';
import type { InboundFact } from '../../../domain/inbound.js';
import { recordOf, recordsOf, textOf } from './lenient-json.js';
import { errorOfAnswer, errorOfConnection, PROVIDER, rejectedLocally } from './meta-errors.js';
import { interpretPayload } from './meta-interpreter.js';
import { isBsuid } from './meta-sender.js';
import { wamidOf } from './meta-webhook.js';

/** Longest body of a text message, in UTF-16 units; a longer one is rejected here and never sent. */
export const maxTextLength = 4096;

export interface MetaWhatsAppOptions {
  /** `https://graph.facebook.com`, or a stand-in. */
  readonly graphUrl: string;
  /** With the "v": `v23.0`. */
  readonly graphVersion: string;
  readonly fetch?: typeof fetch;
  /** For a whole exchange; 10 s when absent. */
  readonly timeoutMs?: number;
  /** Only for payloads whose own timestamp cannot be. */
  readonly clock?: Clock;
}

/** WhatsApp Cloud API. `credentials` of an account: `{ accessToken }`; `account` is its phone_number_id. */
export class MetaWhatsAppAdapter extends ChannelAdapter {
  readonly provider = PROVIDER;
  readonly maxTextLength = maxTextLength;

  private readonly fetch: typeof fetch;
  private readonly timeoutMs: number;
  private readonly clock: Clock;

  constructor(private readonly options: MetaWhatsAppOptions) {
    super();
    this.fetch = options.fetch ?? fetch;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.clock = options.clock ?? new SystemClock();
  }

  interpret(payload: Record<string, unknown>, receivedAt: Date = this.clock.now()): InboundFact {
    return interpretPayload(payload, receivedAt);
  }

  async send(account: ChannelAccount, message: OutboundMessage): Promise<SendReceipt> {
    if (message.text.trim() === '') throw rejectedLocally('text_empty', 'A message needs text.');
    if (message.text.length > maxTextLength) {
      throw rejectedLocally('text_too_long', `A WhatsApp text has at most ${maxTextLength} characters.`);
    }
    const quoted = message.replyTo === undefined ? undefined : wamidOf(message.replyTo);
    const answer = await this.post(account, {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      // A BSUID in `to` is answered with 200 and an id, and dropped (chatwoot/chatwoot#15150).
      ...(isBsuid(message.to) ? { recipient: message.to } : { to: message.to }),
      ...(quoted === undefined ? {} : { context: { message_id: quoted } }),
      type: 'text',
      text: { body: message.text, preview_url: false },
    });
    const providerMessageId = textOf(recordsOf(recordOf(answer)?.messages)[0]?.id);
    if (providerMessageId === undefined) throw unreadable();
    return { providerMessageId, status: 'sent' };
  }

  /** Marks the customer's message as read: Meta shows "typing" only with that, for up to 25 s or until the answer. */
  async showTyping(account: ChannelAccount, _to: string, lastExternalId: string | null): Promise<void> {
    const wamid = lastExternalId === null ? undefined : wamidOf(lastExternalId);
    if (wamid === undefined) return;
    try {
      await this.post(account, {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: wamid,
        typing_indicator: { type: 'text' },
      });
    } catch {
      // A courtesy: the answer itself must not depend on it.
    }
  }

  private async post(account: ChannelAccount, body: object): Promise<unknown> {
    const token = account.credentials.accessToken;
    if (!token) {
      const title = 'The channel has no access token: connect it again.';
      throw new ProviderError(PROVIDER, 'auth-revoked', title, { code: 'no_access_token', title });
    }
    const { graphUrl, graphVersion } = this.options;
    const path = [graphVersion, account.account, 'messages'].map(encodeURIComponent).join('/');
    let answer: Response;
    let text: string;
    try {
      answer = await this.fetch(`${graphUrl.replace(/\/+$/, '')}/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        // A redirect would carry the token to another host.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      text = await answer.text();
    } catch (error) {
      throw errorOfConnection(error);
    }
    const parsed = parse(text);
    if (!answer.ok) throw errorOfAnswer(answer.status, answer.headers, parsed);
    if (parsed === undefined) throw unreadable();
    return parsed;
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const unreadable = (): ProviderError => {
  const title = 'Meta accepted the request but its answer names no message.';
  return new ProviderError(PROVIDER, 'unknown-outcome', title, { code: 'unreadable_answer', title });
};
