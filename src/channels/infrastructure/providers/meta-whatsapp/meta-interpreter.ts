import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import type { DeliveryStatus, InboundFact, InboundStatus } from '../../../domain/inbound.js';
import { compact, recordOf, recordsOf, textOf, type JsonRecord } from './lenient-json.js';
import { partsOf } from './meta-message-parts.js';
import { addressOf, senderOf } from './meta-sender.js';

const ignored = (reason: string): InboundFact => ({ fact: 'ignored', reason });

const DAY_MS = 86_400_000;
/** WhatsApp was founded in 2009; nothing can have been sent before. */
const EARLIEST_MS = Date.UTC(2009, 0, 1);

/** Meta's clock (seconds since 1970, as text); `receivedAt` when it says what cannot be, such as tomorrow. */
const instantOf = (seconds: unknown, receivedAt: Date): Date => {
  const given = textOf(seconds);
  const ms = given !== undefined && /^\d{1,12}$/.test(given) ? Number(given) * 1000 : Number.NaN;
  return ms >= EARLIEST_MS && ms <= receivedAt.getTime() + DAY_MS ? new Date(ms) : receivedAt;
};

/** The customer's new address, of a notice that a number or a business-scoped id has changed. */
const newAddressOf = (
  system: JsonRecord,
): { waId?: string | undefined; userId?: string | undefined } | undefined => {
  const waId = textOf(system.wa_id) ?? textOf(system.new_wa_id);
  const userId = textOf(system.user_id);
  return waId === undefined && userId === undefined ? undefined : { waId, userId };
};

const CHANGES_ADDRESS = new Set(['user_changed_number', 'user_changed_user_id']);

const messageFact = (payload: JsonRecord, receivedAt: Date): InboundFact => {
  const message = recordOf(payload.message);
  if (!message) return ignored('a message without content');
  if (textOf(message.group_id) !== undefined) return ignored('group messages are not supported');
  const contact = recordOf(payload.contact);
  const system = message.type === 'system' ? recordOf(message.system) : undefined;
  const externalId =
    textOf(message.id) ?? `sha256-${createHash('sha256').update(canonicalJson(message)).digest('hex')}`;
  const sentAt = instantOf(message.timestamp, receivedAt);

  const moved = system && CHANGES_ADDRESS.has(textOf(system.type) ?? '') ? newAddressOf(system) : undefined;
  if (system && moved) {
    const from = addressOf({
      userId: textOf(system.previous_user_id) ?? textOf(message.from_user_id),
      from: textOf(message.from) ?? textOf(system.customer),
      displayName: textOf(recordOf(contact?.profile)?.name),
    });
    if (from.keys.length === 0) return ignored('a change of address that does not say whose');
    return compact({
      fact: 'address-changed',
      from,
      to: addressOf(moved),
      externalId,
      text: textOf(system.body),
      sentAt,
    });
  }

  const sender = senderOf(message, contact);
  if (sender.keys.length === 0) return ignored('a message without a sender');
  return compact({
    fact: 'message',
    externalId,
    sender,
    parts: partsOf(message),
    sentAt,
    // An edit or a deletion refers to its original the way a reply refers to what it answers.
    replyTo:
      textOf(recordOf(message.context)?.id) ??
      textOf(recordOf(message.edit)?.original_message_id) ??
      textOf(recordOf(message.revoke)?.original_message_id),
  });
};

/** `played` is a voice message listened to, so it was read. */
const STATUSES = new Map<string, DeliveryStatus>([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
  ['failed', 'failed'],
]);

const statusError = (status: JsonRecord): InboundStatus['error'] => {
  const error = recordsOf(status.errors)[0];
  if (!error) return undefined;
  const code = textOf(error.code) ?? 'unknown';
  return compact({
    code,
    title: textOf(error.title) ?? textOf(error.message) ?? `error ${code}`,
    detail: textOf(recordOf(error.error_data)?.details) ?? textOf(error.message),
  });
};

const statusFact = (payload: JsonRecord, receivedAt: Date): InboundFact => {
  const given = recordOf(payload.status) ?? {};
  const providerMessageId = textOf(given.id);
  const name = textOf(given.status) ?? 'unknown';
  const status = STATUSES.get(name);
  if (!status) return ignored(`status ${name} changes nothing`);
  if (providerMessageId === undefined) return ignored('a status that does not say of what');
  return compact({
    fact: 'status',
    providerMessageId,
    status,
    at: instantOf(given.timestamp, receivedAt),
    recipient: textOf(given.recipient_id) ?? textOf(given.recipient_user_id),
    error: statusError(given),
  });
};

const changeFact = (payload: JsonRecord): InboundFact => {
  const field = textOf(payload.field) ?? 'unknown';
  if (field.startsWith('group_')) return ignored('group events are not supported');
  if (field === 'smb_message_echoes')
    return ignored('smb_message_echoes: sent from the business app, not followed');
  const value = recordOf(payload.value);
  const event = textOf(value?.event) ?? textOf(value?.decision);
  return ignored(event === undefined ? `${field} is not acted on` : `${field} (${event}) is not acted on`);
};

/**
 * The meaning of a payload that `splitWebhook` made. Lenient: an unknown kind of message is an `unsupported` part, anything
 * else that is unknown is `ignored` with the reason; never throws. `receivedAt` stands in for a timestamp that cannot be.
 */
export const interpretPayload = (payload: JsonRecord, receivedAt: Date): InboundFact => {
  switch (payload.kind) {
    case 'message':
      return messageFact(payload, receivedAt);
    case 'status':
      return statusFact(payload, receivedAt);
    case 'change':
      return changeFact(payload);
    default:
      return ignored('an item of no known kind');
  }
};
