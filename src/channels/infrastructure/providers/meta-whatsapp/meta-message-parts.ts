import type { ContactCard, MediaPart, MessagePart, OrderItem } from '#contracts/conversations';
import { compact, numberOf, recordOf, recordsOf, textOf, type JsonRecord } from './lenient-json.js';
import { priceOf } from './order-price.js';

type Reader = (message: JsonRecord) => MessagePart | undefined;

const text: Reader = (message) => {
  const body = textOf(recordOf(message.text)?.body);
  return body === undefined ? undefined : { kind: 'text', text: body };
};

const button: Reader = (message) => {
  const given = recordOf(message.button);
  const title = textOf(given?.text) ?? textOf(given?.payload);
  if (title === undefined) return undefined;
  return { kind: 'button-reply', id: textOf(given?.payload) ?? title, title };
};

/** A form filled in by the customer (a WhatsApp Flow, an address form): its answers, a line each. */
const formReply = (reply: JsonRecord): MessagePart | undefined => {
  let answers: JsonRecord | undefined;
  try {
    answers = recordOf(JSON.parse(textOf(reply.response_json) ?? 'null'));
  } catch {
    answers = undefined;
  }
  const lines = Object.entries(answers ?? {})
    .filter(([key]) => key !== 'flow_token')
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const all = [textOf(reply.body), ...lines].filter((line) => line !== undefined).join('\n');
  return all === '' ? undefined : { kind: 'text', text: all };
};

const interactive: Reader = (message) => {
  const given = recordOf(message.interactive);
  if (given?.type === 'nfm_reply') return formReply(recordOf(given.nfm_reply) ?? {});
  const kind =
    given?.type === 'button_reply' ? 'button-reply' : given?.type === 'list_reply' ? 'list-reply' : undefined;
  const reply = recordOf(kind === 'button-reply' ? given?.button_reply : given?.list_reply);
  const title = textOf(reply?.title) ?? textOf(reply?.id);
  if (kind === undefined || title === undefined) return undefined;
  const id = textOf(reply?.id) ?? title;
  if (kind === 'button-reply') return { kind, id, title };
  return compact<MessagePart>({ kind, id, title, description: textOf(reply?.description) });
};

const media =
  (kind: MediaPart['kind']): Reader =>
  (message) => {
    const given = recordOf(message[kind]);
    if (!given) return undefined;
    return compact<MediaPart>({
      kind,
      mediaId: textOf(given.id),
      mimeType: textOf(given.mime_type),
      sha256: textOf(given.sha256),
      caption: textOf(given.caption),
      fileName: textOf(given.filename),
      voice: given.voice === true ? true : undefined,
    });
  };

const location: Reader = (message) => {
  const given = recordOf(message.location);
  const latitude = numberOf(given?.latitude);
  const longitude = numberOf(given?.longitude);
  if (latitude === undefined || longitude === undefined) return undefined;
  return compact<MessagePart>({
    kind: 'location',
    latitude,
    longitude,
    name: textOf(given?.name),
    address: textOf(given?.address),
    url: textOf(given?.url),
  });
};

const contactCard = (card: JsonRecord): ContactCard => {
  const name = recordOf(card.name);
  const phones = recordsOf(card.phones).flatMap((item) => {
    const phone = textOf(item.phone) ?? textOf(item.wa_id);
    return phone === undefined ? [] : [compact({ phone, type: textOf(item.type), waId: textOf(item.wa_id) })];
  });
  const emails = recordsOf(card.emails).flatMap((item) => {
    const email = textOf(item.email);
    return email === undefined ? [] : [compact({ email, type: textOf(item.type) })];
  });
  const assembled = [textOf(name?.first_name), textOf(name?.last_name)].filter(Boolean).join(' ');
  return {
    name: textOf(name?.formatted_name) ?? (assembled || phones[0]?.phone || emails[0]?.email || ''),
    phones,
    emails,
  };
};

const contacts: Reader = (message) => {
  const cards = recordsOf(message.contacts).map(contactCard);
  return cards.length === 0 ? undefined : { kind: 'contacts', contacts: cards };
};

/** Meta takes a reaction back by one without an emoji, or with an empty one. */
const reaction: Reader = (message) => {
  const given = recordOf(message.reaction);
  const toExternalId = textOf(given?.message_id);
  if (toExternalId === undefined) return undefined;
  return { kind: 'reaction', emoji: textOf(given?.emoji) ?? null, toExternalId };
};

const orderItem = (item: JsonRecord): OrderItem[] => {
  const productId = textOf(item.product_retailer_id);
  const quantity = numberOf(item.quantity);
  if (productId === undefined || quantity === undefined || !Number.isSafeInteger(quantity)) return [];
  return [compact({ productId, quantity, price: priceOf(item.item_price, item.currency) })];
};

const order: Reader = (message) => {
  const given = recordOf(message.order);
  const items = recordsOf(given?.product_items).flatMap(orderItem);
  if (items.length === 0) return undefined;
  return compact<MessagePart>({
    kind: 'order',
    catalogId: textOf(given?.catalog_id),
    text: textOf(given?.text),
    items,
  });
};

const system: Reader = (message) => {
  const given = recordOf(message.system);
  return compact<MessagePart>({
    kind: 'system',
    event: textOf(given?.type) ?? 'unknown',
    text: textOf(given?.body),
  });
};

const edit: Reader = (message) => {
  const changed = recordOf(recordOf(message.edit)?.message);
  const type = textOf(changed?.type);
  const content = type && changed && Object.hasOwn(changed, type) ? recordOf(changed[type]) : undefined;
  return compact<MessagePart>({
    kind: 'system',
    event: 'message-edited',
    text: textOf(content?.body) ?? textOf(content?.caption),
  });
};

const READERS = new Map<string, Reader>([
  ['text', text],
  ['button', button],
  ['interactive', interactive],
  ['image', media('image')],
  ['audio', media('audio')],
  ['video', media('video')],
  ['document', media('document')],
  ['sticker', media('sticker')],
  ['location', location],
  ['contacts', contacts],
  ['reaction', reaction],
  ['order', order],
  ['system', system],
  ['edit', edit],
  ['revoke', () => ({ kind: 'system', event: 'message-revoked' })],
  ['request_welcome', () => ({ kind: 'system', event: 'chat-opened' })],
]);

/** Where the customer came from: an ad or a post, or the product of the catalogue that the question is about. */
const referralOf = (message: JsonRecord): MessagePart[] => {
  const given = recordOf(message.referral);
  const product = recordOf(recordOf(message.context)?.referred_product);
  if (given) {
    return [
      compact<MessagePart>({
        kind: 'referral',
        sourceType: textOf(given.source_type),
        sourceId: textOf(given.source_id),
        sourceUrl: textOf(given.source_url),
        headline: textOf(given.headline),
        body: textOf(given.body),
      }),
    ];
  }
  const productId = textOf(product?.product_retailer_id);
  if (productId === undefined) return [];
  return [{ kind: 'referral', sourceType: 'product', sourceId: productId, headline: `product ${productId}` }];
};

const unsupported = (type: string, message: JsonRecord): MessagePart => {
  const error = recordsOf(message.errors)[0];
  const subtype = type === 'interactive' ? textOf(recordOf(message.interactive)?.type) : undefined;
  return compact<MessagePart>({
    kind: 'unsupported',
    type: textOf(recordOf(message.unsupported)?.type) ?? (subtype ? `interactive.${subtype}` : type),
    reason: textOf(recordOf(error?.error_data)?.details) ?? textOf(error?.title) ?? textOf(error?.message),
  });
};

/** The parts of one incoming message, at least one. A known kind without its content is `unsupported`, like an unknown one. */
export const partsOf = (message: JsonRecord): MessagePart[] => {
  const type = textOf(message.type) ?? 'unknown';
  return [...referralOf(message), READERS.get(type)?.(message) ?? unsupported(type, message)];
};
