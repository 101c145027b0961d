import type { MessagePart } from '#contracts/conversations';
import type { InboundFact } from '../../src/channels/domain/inbound.js';

const sharedWamid = 'wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA==';
const officialReply = (tail: string) => `wamid.HBgLMTY1MDM4Nzk0MzkVAgARGB${tail}`;

const media = (kind: string, rest: object) => ({ kind, ...rest }) as MessagePart;
const unsupportedPart: MessagePart = {
  kind: 'unsupported',
  type: 'unsupported',
  reason: 'Message type is currently not supported.',
};

/** Of each recorded sample with a message: its parts, when it was sent, and what it replies to. */
export const MESSAGES: Record<string, { parts: MessagePart[]; at: number; replyTo?: string }> = {
  'official/button-message': {
    parts: [{ kind: 'button-reply', id: 'Unsubscribe', title: 'Unsubscribe' }],
    at: 1750091045,
    replyTo: officialReply('JFNjk2OTMwNEZCQjhGMzUyQUYA'),
  },
  'official/contact-sharing-message': {
    parts: [
      {
        kind: 'contacts',
        contacts: [
          {
            name: 'Lucía Gómez',
            phones: [{ phone: '+1 (983) 555-2319', type: 'MOBILE', waId: '19835552319' }],
            emails: [],
          },
        ],
      },
    ],
    at: 1744344496,
  },
  'official/image-message': {
    parts: [
      media('image', {
        mediaId: '1003383421387256',
        mimeType: 'image/jpeg',
        sha256: 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=',
        caption: 'Taj Mahal',
      }),
    ],
    at: 1744344496,
  },
  'official/interactive-button-reply-message': {
    parts: [{ kind: 'button-reply', id: 'cancel-button', title: 'Cancel' }],
    at: 1750025136,
    replyTo: officialReply('I3MEM2RUJFNkI0RENGQTVDRjUA'),
  },
  'official/interactive-list-reply-message': {
    parts: [
      {
        kind: 'list-reply',
        id: 'priority_express',
        title: 'Priority Mail Express',
        description: 'Next Day to 2 Days',
      },
    ],
    at: 1749854575,
    replyTo: officialReply('JGMzEyNzhENTZDMzNGODlDRDgA'),
  },
  'official/location-message': {
    parts: [
      {
        kind: 'location',
        latitude: 37.44221496582,
        longitude: -122.16165924072,
        name: 'Philz Coffee',
        address: '101 Forest Ave, Palo Alto, CA 94301',
        url: 'https://philzcoffee.com/',
      },
    ],
    at: 1744344496,
  },
  'official/order-message': {
    parts: [
      {
        kind: 'order',
        catalogId: '194836987003835',
        items: [
          { productId: 'di9ozbzfi4', quantity: 2, price: { amount: 3000, currency: 'USD' } },
          { productId: 'nqryix03ez', quantity: 1, price: { amount: 2500, currency: 'USD' } },
        ],
      },
    ],
    at: 1750096325,
  },
  'official/reaction-message': {
    parts: [{ kind: 'reaction', emoji: '👍', toExternalId: officialReply('I0RTJEOTc2ODVERUY5RDlGNkYA') }],
    at: 1749419544,
  },
  'official/text-message': {
    parts: [{ kind: 'text', text: 'Does it come in another color?' }],
    at: 1749416383,
  },
  'official/text-message-from-click-to-whatsapp-ad': {
    parts: [
      {
        kind: 'referral',
        sourceType: 'ad',
        sourceId: '120226305854810726',
        sourceUrl: 'https://fb.me/3cr4Wqqkv',
        headline: 'Chat with us',
        body: 'Summer Succulents are here!',
      },
      { kind: 'text', text: 'Hello! Can I get more info on this?' },
    ],
    at: 1750275992,
  },
  'official/text-message-with-context-product-inquiry': {
    parts: [
      { kind: 'referral', sourceType: 'product', sourceId: 'di9ozbzfi4', headline: 'product di9ozbzfi4' },
      { kind: 'text', text: 'Is this still available?' },
    ],
    at: 1750016800,
    replyTo: 'wamid.HBgLMTY1MDM4Nzk0MzkVAgARGA9wcm9kdWN0X2lucXVpcnkA',
  },
  'official/unsupported-message': { parts: [unsupportedPart], at: 1750090702 },
  'javaapi/audioMessage': {
    parts: [
      media('audio', {
        mediaId: '827776106019109',
        mimeType: 'audio/ogg; codecs=opus',
        sha256: 'iWa0+O81ZLcSkZx6n4QAmrWuHpn8HWFX3gB6a3fQtmk=',
        voice: true,
      }),
    ],
    at: 1673033070,
  },
  'javaapi/buttonMessage': {
    parts: [{ kind: 'button-reply', id: 'SIM', title: 'SIM' }],
    at: 1673023653,
    replyTo: sharedWamid,
  },
  'javaapi/contactMessage': {
    parts: [
      {
        kind: 'contacts',
        contacts: [
          {
            name: 'Person Ok',
            phones: [{ phone: '+55 11 11111-1111', type: 'CELL', waId: '5511111111111' }],
            emails: [],
          },
        ],
      },
    ],
    at: 1673641462,
  },
  'javaapi/documentMessage': {
    parts: [
      media('document', {
        mediaId: '848704520347750',
        mimeType: 'application/pdf',
        sha256: 'mu/J5jGsroQM3Tbn4c6StBJG4C4glbTi8gT4jhRHSt0=',
        fileName: '4_641947.pdf',
      }),
    ],
    at: 1673034392,
  },
  'javaapi/imageMessage': {
    parts: [
      media('image', {
        mediaId: '8472976218001204',
        mimeType: 'image/jpeg',
        sha256: 'ciJuSxU7RLnnFz3cNcasdL7UQKt9e1yj/3u+Rhsabv0=',
      }),
    ],
    at: 1673032525,
  },
  'javaapi/locationMessage': {
    parts: [
      {
        kind: 'location',
        latitude: -10.93941311633,
        longitude: -10.606395436721,
        url: 'https://foursquare.com/v/5c42c5667d8497002c6e09f9',
      },
    ],
    at: 1673641462,
  },
  'javaapi/messageDeleted': { parts: [unsupportedPart], at: 1673026174 },
  'javaapi/reactMessage': {
    parts: [{ kind: 'reaction', emoji: '👍', toExternalId: sharedWamid }],
    at: 1673026587,
  },
  'javaapi/stickerMessage': {
    parts: [
      media('sticker', {
        mediaId: '1604825680670873',
        mimeType: 'image/webp',
        sha256: 'pBKxk2Fu9/n+VKiP4Lve+mWg5b+jPorDpPqtelcS1D0=',
      }),
    ],
    at: 1673028387,
  },
  'javaapi/textMessage': { parts: [{ kind: 'text', text: 'hi everyone!' }], at: 1672947578 },
  'javaapi/textMessage2': { parts: [{ kind: 'text', text: 'Good afternoon' }], at: 1673020315 },
  'javaapi/videoMessage': {
    parts: [
      media('video', {
        mediaId: '661828760183585',
        mimeType: 'video/mp4',
        sha256: 'waIq5BBe5GgjT6DHWu3LY9F8jYOZzYLHRRRGDTbipNk=',
        caption: 'hello world',
      }),
    ],
    at: 1673029501,
  },
};

export const at = (seconds: number) => new Date(seconds * 1000);

/** Of each other recorded sample: the fact. */
export const OTHERS: Record<string, InboundFact> = {
  'official/group-create-message': { fact: 'ignored', reason: 'group events are not supported' },
  'official/group-remove-participants': { fact: 'ignored', reason: 'group events are not supported' },
  'official/group-settings-update': { fact: 'ignored', reason: 'group events are not supported' },
  'official/system-message': {
    fact: 'address-changed',
    from: { keys: [{ kind: 'wa_id', value: '16505551234' }], phone: '+16505551234' },
    to: { keys: [{ kind: 'wa_id', value: '12195555358' }], phone: '+12195555358' },
    externalId: 'wamid.HBgLMTk4MzU1NTE5NzQVAgASGAoxMTgyMDg2MjY3AA==',
    text: 'User Sheena Nelson changed from 16505551234 to 12195555358',
    sentAt: at(1750269342),
  },
  'javaapi/accountBanned': { fact: 'ignored', reason: 'account_update (DISABLED_UPDATE) is not acted on' },
  'javaapi/accountRestricted': {
    fact: 'ignored',
    reason: 'account_update (ACCOUNT_RESTRICTION) is not acted on',
  },
  'javaapi/accountReview': { fact: 'ignored', reason: 'account_review_update (APPROVED) is not acted on' },
  'javaapi/mediaUploadError': {
    fact: 'status',
    providerMessageId: 'wamid.HBgNNTUyNzk5NzAUZBQTI3MzRGRDA3MjgzMDkzNhUCABEYEjNCR2OQA=',
    status: 'failed',
    at: at(1677783372),
    recipient: '1111111111111',
    error: {
      code: '131053',
      title: 'Media upload error',
      detail: 'Unsupported Video mime type text/html. Please use one of video/3gpp, video/mp4.',
    },
  },
  'javaapi/phoneNumberNameUpdate': {
    fact: 'ignored',
    reason: 'phone_number_name_update (APPROVED) is not acted on',
  },
  'javaapi/qualityUpdate': {
    fact: 'ignored',
    reason: 'phone_number_quality_update (FLAGGED) is not acted on',
  },
  'javaapi/reEngagementMessageError': {
    fact: 'status',
    providerMessageId: 'wamid.HBgNN5NzAzMDkTUyNzkzNhUEjA1MjUwNCAUIyNEYUQ0OTVGNTY0MwA=',
    status: 'failed',
    at: at(1682651887),
    recipient: '5511111111111',
    error: {
      code: '131047',
      title: 'Re-engagement message',
      detail:
        'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    },
  },
  'javaapi/rejectedTemplate': {
    fact: 'ignored',
    reason: 'message_template_status_update (REJECTED) is not acted on',
  },
  'javaapi/templateSchedulingForDisabling': {
    fact: 'ignored',
    reason: 'message_template_status_update (FLAGGED) is not acted on',
  },
  ...Object.fromEntries(
    (['Delivered', 'Read', 'Sent'] as const).map((name): [string, InboundFact] => [
      `javaapi/textMessageStatus${name}`,
      {
        fact: 'status',
        providerMessageId: sharedWamid,
        status: name.toLowerCase() as 'delivered' | 'read' | 'sent',
        at: at(1673020317),
        recipient: '1111111111111',
      },
    ]),
  ),
  'javaapi/verifiedAccount': { fact: 'ignored', reason: 'account_update (VERIFIED_ACCOUNT) is not acted on' },
};
