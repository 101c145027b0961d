import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { SenderAddress } from '../../../domain/inbound.js';
import { compact, recordOf, textOf, type JsonRecord } from './lenient-json.js';

/**
 * A business-scoped user id: country, dot, up to 128 alphanumerics; `ENT.` marks a parent one. Since 2026 it may be
 * all that a payload says of a customer who has a username.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
const BSUID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

export const isBsuid = (value: string): boolean => BSUID.test(value);

/** E.164 with "+" of a `wa_id`; undefined when it is no valid number (a wa_id and a phone number may differ). */
export const phoneOf = (waId: string | undefined): string | undefined => {
  if (!waId || !/^\+?\d{5,20}$/.test(waId)) return undefined;
  const parsed = parsePhoneNumberFromString(waId.startsWith('+') ? waId : `+${waId}`);
  return parsed?.isValid() ? parsed.number : undefined;
};

/** Every address given, `wa_id` before BSUID: Meta addresses by number where it knows both. */
export const addressOf = (given: {
  waId?: string | undefined;
  userId?: string | undefined;
  from?: string | undefined;
  displayName?: string | undefined;
}): SenderAddress => {
  const { from } = given;
  const bsuid = given.userId ?? (from && isBsuid(from) ? from : undefined);
  const waId = given.waId ?? (from && !isBsuid(from) ? from : undefined);
  const phone = phoneOf(waId) ?? phoneOf(from);
  const keys: SenderAddress['keys'] = [];
  if (waId) keys.push({ kind: 'wa_id', value: waId });
  if (bsuid) keys.push({ kind: 'bsuid', value: bsuid });
  if (from && from !== waId && phoneOf(from)) keys.push({ kind: 'phone', value: phoneOf(from) ?? from });
  return compact({ keys, phone, displayName: given.displayName });
};

export const senderOf = (message: JsonRecord, contact: JsonRecord | undefined): SenderAddress =>
  addressOf({
    waId: textOf(contact?.wa_id),
    userId: textOf(contact?.user_id) ?? textOf(message.from_user_id),
    from: textOf(message.from),
    displayName: textOf(recordOf(contact?.profile)?.name) ?? textOf(contact?.username),
  });

/**
 * The entry of `contacts` that a message is from. One that matches no message by id is taken only where there is
 * nobody else that it could be: otherwise a message would be put in another customer's thread.
 */
export const contactOf = (
  message: JsonRecord,
  contacts: readonly JsonRecord[],
  messages: readonly JsonRecord[],
): JsonRecord | undefined => {
  const from = textOf(message.from);
  const userId = textOf(message.from_user_id);
  const match = contacts.find((contact) => {
    const known = [textOf(contact.wa_id), textOf(contact.user_id)];
    return (from !== undefined && known.includes(from)) || (userId !== undefined && known.includes(userId));
  });
  if (match || contacts.length !== 1) return match;
  const senders = new Set(
    messages.map((item) => `${textOf(item.from) ?? ''}|${textOf(item.from_user_id) ?? ''}`),
  );
  return senders.size === 1 ? contacts[0] : undefined;
};
