import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import type { InboundItem } from '../../../domain/inbound.js';
import { listOf, recordOf, recordsOf, storable, textOf, type JsonRecord } from './lenient-json.js';
import { contactOf, senderOf } from './meta-sender.js';

interface Place {
  readonly entryId: string;
  readonly time: unknown;
  readonly field: string;
  readonly account: string;
}

const hash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

const itemAt = (
  place: Place,
  item: Pick<InboundItem, 'externalId' | 'kind' | 'lane' | 'payload'>,
): InboundItem => ({
  account: place.account,
  ...(place.entryId === '' ? {} : { fallbackAccount: place.entryId }),
  ...item,
});

const otherItem = (place: Place, value: unknown): InboundItem =>
  itemAt(place, {
    externalId: `${place.field}:${hash({ field: place.field, value: value ?? null })}`,
    kind: 'other',
    lane: place.account,
    payload: {
      kind: 'change',
      field: place.field,
      value: value ?? null,
      entryId: place.entryId,
      time: place.time ?? null,
    },
  });

const messageItem = (place: Place, value: JsonRecord, message: JsonRecord): InboundItem => {
  const contact = contactOf(message, recordsOf(value.contacts), recordsOf(value.messages));
  const sender = senderOf(message, contact).keys[0]?.value;
  const from = textOf(message.from) ?? sender ?? '';
  const wamid = textOf(message.id) ?? `sha256-${hash(message)}`;
  return itemAt(place, {
    externalId: `msg:${from}:${textOf(message.type) ?? 'unknown'}:${wamid}`,
    kind: 'message',
    lane: sender ?? place.account,
    payload: {
      kind: 'message',
      field: place.field,
      metadata: recordOf(value.metadata) ?? {},
      contact: contact ?? null,
      message,
    },
  });
};

const statusItem = (place: Place, value: JsonRecord, status: JsonRecord): InboundItem => {
  const wamid = textOf(status.id) ?? `sha256-${hash(status)}`;
  return itemAt(place, {
    externalId: `st:${wamid}:${textOf(status.status) ?? 'unknown'}`,
    kind: 'status',
    lane: `st:${wamid}`,
    payload: { kind: 'status', field: place.field, metadata: recordOf(value.metadata) ?? {}, status },
  });
};

const itemsOfChange = (entry: JsonRecord, change: unknown): InboundItem[] => {
  const record = recordOf(change) ?? {};
  const value = recordOf(record.value) ?? {};
  const entryId = textOf(entry.id) ?? '';
  const place: Place = {
    entryId,
    time: entry.time,
    field: textOf(record.field) ?? 'unknown',
    account: textOf(recordOf(value.metadata)?.phone_number_id) ?? entryId,
  };
  const messages = listOf(value.messages);
  const statuses = listOf(value.statuses);
  if (place.field !== 'messages' || messages.length + statuses.length === 0) {
    return [otherItem(place, record.value ?? change)];
  }
  const cut = (
    list: readonly unknown[],
    make: (place: Place, value: JsonRecord, item: JsonRecord) => InboundItem,
  ) =>
    list.map((item) => {
      const known = recordOf(item);
      return known ? make(place, value, known) : otherItem(place, item);
    });
  return [...cut(messages, messageItem), ...cut(statuses, statusItem)];
};

/**
 * Cuts one POST of Meta into items that stand by themselves: it may batch entries, changes, messages and statuses.
 * Nothing of it is lost: what is not understood becomes an item of kind `other`. Never throws.
 *
 * External ids are the same at each redelivery:
 * `msg:<from>:<type>:<wamid>`, `st:<wamid>:<status>`, `<field>:<sha256 of the change>`.
 */
export const splitWebhook = (body: unknown): InboundItem[] => {
  const items = recordsOf(recordOf(storable(body))?.entry).flatMap((entry) => {
    const changes = listOf(entry.changes);
    if (changes.length > 0) return changes.flatMap((change) => itemsOfChange(entry, change));
    const entryId = textOf(entry.id) ?? '';
    return [otherItem({ entryId, time: entry.time, field: 'entry', account: entryId }, entry)];
  });
  return [...new Map(items.map((item) => [`${item.account} ${item.externalId}`, item])).values()];
};

/** The `wamid` in either form of a message's external id; undefined when Meta gave none. */
export const wamidOf = (externalId: string): string | undefined => {
  const id = externalId.startsWith('msg:') ? externalId.split(':').slice(3).join(':') : externalId;
  return id === '' || id.startsWith('sha256-') ? undefined : id;
};
