import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { recordOf, textOf, type JsonRecord } from './lenient-json.js';
import { isBsuid } from './meta-sender.js';
import { maxTextLength } from './meta-whatsapp.adapter.js';

export interface SandboxMessage {
  readonly id: string;
  /** As addressed: digits of a number, or a business-scoped user id. */
  readonly to: string;
  readonly text: string;
  readonly phoneNumberId: string;
  /** ISO-8601 UTC. */
  readonly receivedAt: string;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const KEPT = 500;

const refuse = (status: number, code: number, message: string): SandboxAnswer => ({
  status,
  body: {
    error: {
      message: `(#${code}) ${message}`,
      type: 'OAuthException',
      code,
      fbtrace_id: randomBytes(12).toString('base64url'),
    },
  },
});

const missing = (name: string): SandboxAnswer => refuse(400, 100, `The parameter ${name} is required.`);
const invalid = (detail: string): SandboxAnswer =>
  refuse(400, 131009, `Parameter value is not valid: ${detail}`);

const TEXT_KEYS = ['messaging_product', 'recipient_type', 'to', 'recipient', 'type', 'text', 'context'];

const unknownKey = (body: JsonRecord, known: readonly string[]): string | undefined =>
  Object.keys(body).find((key) => !known.includes(key));

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';

const checkRecipient = (body: JsonRecord): SandboxAnswer | undefined => {
  if (body.recipient !== undefined) {
    return typeof body.recipient === 'string' && isBsuid(body.recipient) && isTextOrAbsent(body.to)
      ? undefined
      : invalid('recipient must be a business-scoped user ID');
  }
  if (body.to === undefined) return missing('to');
  if (typeof body.to === 'string' && /^\+?[\d\s()-]{5,32}$/.test(body.to)) return undefined;
  return invalid('to must be a phone number; a business-scoped user ID goes into recipient');
};

const checkText = (body: JsonRecord): SandboxAnswer | undefined => {
  if (typeof body.type !== 'string') return missing('type');
  if (body.type !== 'text')
    return refuse(400, 131051, `The sandbox takes only text messages, not ${body.type}`);
  const extra = unknownKey(body, TEXT_KEYS);
  if (extra !== undefined) return refuse(400, 100, `Unexpected key "${extra}" on param "/"`);
  if (
    body.recipient_type !== undefined &&
    body.recipient_type !== 'individual' &&
    body.recipient_type !== 'group'
  ) {
    return invalid('recipient_type must be individual or group');
  }
  const recipient = checkRecipient(body);
  if (recipient) return recipient;
  if (
    body.context !== undefined &&
    !isTextOrAbsent((recordOf(body.context) ?? { message_id: null }).message_id)
  ) {
    return invalid('context must be { message_id }');
  }
  const text = recordOf(body.text);
  if (!text) return missing('text');
  const extraInText = unknownKey(text, ['body', 'preview_url']);
  if (extraInText !== undefined) return refuse(400, 100, `Unexpected key "${extraInText}" on param "text"`);
  if (text.preview_url !== undefined && typeof text.preview_url !== 'boolean')
    return invalid('text.preview_url');
  if (typeof text.body !== 'string' || text.body === '') return missing("text['body']");
  if (text.body.length > maxTextLength) {
    return refuse(400, 100, `Param text['body'] must be at most ${maxTextLength} characters long.`);
  }
  return undefined;
};

const checkRead = (body: JsonRecord): SandboxAnswer | undefined => {
  if (body.status !== 'read') return invalid('status must be read');
  if (typeof body.message_id !== 'string' || body.message_id === '') return missing('message_id');
  if (body.typing_indicator !== undefined && recordOf(body.typing_indicator)?.type !== 'text') {
    return invalid("typing_indicator.type must be 'text'");
  }
  return undefined;
};

const digitsOf = (address: string): string => (isBsuid(address) ? address : address.replace(/\D/g, ''));

/**
 * Stands in for Meta's Graph API on a newcomer's machine: it checks what Meta would check of a text message, of "read" and of
 * the typing indicator, answers in Meta's shapes, and keeps the last 500 messages in memory to be looked at.
 */
@Injectable()
export class GraphSandbox {
  private kept: SandboxMessage[] = [];

  constructor(private readonly clock: Clock) {}

  send(
    authorization: string | undefined,
    version: string,
    phoneNumberId: string,
    given: unknown,
  ): SandboxAnswer {
    if (!authorization) return refuse(401, 104, 'An access token is required to request this resource');
    if (!/^Bearer\s+\S+$/.test(authorization)) return refuse(401, 190, 'Invalid OAuth access token');
    if (!/^v\d+\.\d+$/.test(version))
      return refuse(400, 100, "Invalid version format. Use format like 'v23.0'");
    if (!/^\d+$/.test(phoneNumberId))
      return refuse(400, 100, 'Invalid phone number ID format. Must be numeric.');
    const body = recordOf(given);
    if (!body) return refuse(400, 100, 'Invalid JSON in request body');
    if (body.messaging_product === undefined) return missing('messaging_product');
    if (body.messaging_product !== 'whatsapp') return invalid('messaging_product must be whatsapp');
    const isRead = body.status !== undefined && body.type === undefined;
    const refusal = isRead ? checkRead(body) : checkText(body);
    if (refusal) return refusal;
    return isRead ? { status: 200, body: { success: true } } : this.accept(phoneNumberId, body);
  }

  /** Oldest first. `to` compares the digits of a number; `after` is the id of the last one seen, or an ISO-8601 instant. */
  list(filter: { to?: string; after?: string }): SandboxMessage[] {
    const { after } = filter;
    const to = filter.to === undefined ? undefined : digitsOf(filter.to);
    const seen = after === undefined ? -1 : this.kept.findIndex((message) => message.id === after);
    const since =
      seen < 0 && after !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(after) ? Date.parse(after) : NaN;
    return this.kept
      .slice(seen + 1)
      .filter((message) => to === undefined || message.to === to)
      .filter((message) => Number.isNaN(since) || Date.parse(message.receivedAt) > since);
  }

  private accept(phoneNumberId: string, body: JsonRecord): SandboxAnswer {
    const input = textOf(body.to) ?? textOf(body.recipient) ?? '';
    const message: SandboxMessage = {
      id: `wamid.${randomBytes(24).toString('base64url')}`,
      to: digitsOf(input),
      text: textOf(recordOf(body.text)?.body) ?? '',
      phoneNumberId,
      receivedAt: this.clock.now().toISOString(),
    };
    this.kept = [...this.kept, message].slice(-KEPT);
    const known = isBsuid(input) ? { user_id: input } : { wa_id: message.to };
    return {
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input, ...known }],
        messages: [{ id: message.id }],
      },
    };
  }
}
