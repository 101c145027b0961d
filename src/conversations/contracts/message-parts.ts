/** What a message consists of, whatever channel it came by. One message has one or more parts, in order. */
export type MessagePart =
  | { kind: 'text'; text: string }
  /** A tap on a quick-reply or template button; `id` is the payload that the business set, `title` what was shown. */
  | { kind: 'button-reply'; id: string; title: string }
  | { kind: 'list-reply'; id: string; title: string; description?: string }
  | MediaPart
  | { kind: 'location'; latitude: number; longitude: number; name?: string; address?: string; url?: string }
  | { kind: 'contacts'; contacts: ContactCard[] }
  /** `emoji` is null when the reaction was taken back. */
  | { kind: 'reaction'; emoji: string | null; toExternalId: string }
  | { kind: 'order'; catalogId?: string; text?: string; items: OrderItem[] }
  /** What brought the customer here: an ad, a post. Precedes the text it came with. */
  | {
      kind: 'referral';
      sourceType?: string;
      sourceId?: string;
      sourceUrl?: string;
      headline?: string;
      body?: string;
    }
  /** Something the channel reports about the conversation: a number change, a group event. */
  | { kind: 'system'; event: string; text?: string }
  /** A kind that the channel or Frontdesk does not understand; `reason` is the channel's own word where it gave one. */
  | { kind: 'unsupported'; type: string; reason?: string };

export interface MediaPart {
  kind: 'image' | 'audio' | 'video' | 'document' | 'sticker';
  /** The provider's id of the media, to be fetched with the channel's token. */
  mediaId?: string;
  mimeType?: string;
  sha256?: string;
  caption?: string;
  fileName?: string;
  /** A voice note recorded in the app, not an audio file. */
  voice?: boolean;
}

export interface ContactCard {
  name: string;
  phones: { phone: string; type?: string; waId?: string }[];
  emails: { email: string; type?: string }[];
}

export interface OrderItem {
  productId: string;
  quantity: number;
  /** In integer minor units, as converted from the channel's major units. */
  price?: { amount: number; currency: string };
}

/** Parts that a turn answers to; a message of other parts alone is kept and told to the assistant, not answered. */
const ANSWERED = new Set<MessagePart['kind']>([
  'text',
  'button-reply',
  'list-reply',
  'image',
  'audio',
  'video',
  'document',
  'location',
  'contacts',
  'sticker',
  'order',
  'unsupported',
]);

export const asksForAnswer = (parts: readonly MessagePart[]): boolean =>
  parts.some((p) => ANSWERED.has(p.kind));

/** One line of plain text for a part: what the thread list shows and what the assistant is told. */
export const describePart = (part: MessagePart): string => {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'button-reply':
    case 'list-reply':
      return part.title;
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
    case 'sticker': {
      const name = part.voice ? 'voice message' : part.kind;
      const rest = [part.fileName, part.caption].filter(Boolean).join(': ');
      return rest ? `[${name}] ${rest}` : `[${name}]`;
    }
    case 'location':
      return `[location] ${[part.name, part.address].filter(Boolean).join(', ') || `${part.latitude},${part.longitude}`}`;
    case 'contacts':
      return `[contacts] ${part.contacts.map((c) => c.name).join(', ')}`;
    case 'reaction':
      return part.emoji ? `[reaction] ${part.emoji}` : '[reaction removed]';
    case 'order':
      return `[order] ${part.items.map((i) => `${i.quantity} x ${i.productId}`).join(', ')}`;
    case 'referral':
      return `[referral] ${part.headline ?? part.sourceUrl ?? part.sourceType ?? ''}`.trimEnd();
    case 'system':
      return `[system] ${part.text ?? part.event}`;
    case 'unsupported':
      return `[unsupported: ${part.type}]`;
  }
};

export const describeParts = (parts: readonly MessagePart[]): string => parts.map(describePart).join('\n');
