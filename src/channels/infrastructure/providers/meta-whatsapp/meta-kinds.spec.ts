import { describeParts, type MessagePart } from '#contracts/conversations';
import type { InboundFact, InboundMessage, InboundStatus } from '../../../domain/inbound.js';
import { interpretPayload } from './meta-interpreter.js';
import { isBsuid, phoneOf } from './meta-sender.js';

const receivedAt = new Date('2026-11-20T10:00:00.000Z');
const bsuid = 'US.13491208655302741918';

const interpret = (message: object, contact: object | null = null): InboundFact =>
  interpretPayload(
    {
      kind: 'message',
      field: 'messages',
      contact,
      message: { id: 'wamid.1', timestamp: '1750000000', ...message },
    },
    receivedAt,
  );
const messageOf = (message: object, contact: object | null = null): InboundMessage => {
  const fact = interpret({ from: '16505551234', ...message }, contact);
  if (fact.fact !== 'message') throw new Error(`expected a message, got ${JSON.stringify(fact)}`);
  return fact;
};
const partsOf = (message: object): MessagePart[] => messageOf(message).parts;
const statusOf = (status: object): InboundFact =>
  interpretPayload(
    { kind: 'status', status: { id: 'wamid.9', timestamp: '1750000000', ...status } },
    receivedAt,
  );

describe('kinds of message beyond the samples', () => {
  it.each([{ emoji: '' }, {}])('a reaction taken back, as %j', (rest) => {
    const reaction = { message_id: 'wamid.0', ...rest };
    expect(partsOf({ type: 'reaction', reaction })).toEqual([
      { kind: 'reaction', emoji: null, toExternalId: 'wamid.0' },
    ]);
  });

  it('a form that was filled in, without its token', () => {
    const response_json = JSON.stringify({ comment: 'Fine', rating: 4, flow_token: 'secret' });
    const interactive = { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json } };
    expect(partsOf({ type: 'interactive', interactive })).toEqual([
      { kind: 'text', text: 'Sent\ncomment: Fine\nrating: 4' },
    ]);
    const broken = { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '{' } };
    expect(partsOf({ type: 'interactive', interactive: broken })).toEqual([{ kind: 'text', text: 'Sent' }]);
  });

  it('an edit and a deletion, which refer to their original', () => {
    const message = { type: 'text', text: { body: 'new text' } };
    expect(messageOf({ type: 'edit', edit: { original_message_id: 'wamid.0', message } })).toMatchObject({
      parts: [{ kind: 'system', event: 'message-edited', text: 'new text' }],
      replyTo: 'wamid.0',
    });
    const image = { type: 'image', image: { caption: 'new caption', id: '1' } };
    expect(partsOf({ type: 'edit', edit: { message: image } })).toEqual([
      { kind: 'system', event: 'message-edited', text: 'new caption' },
    ]);
    expect(messageOf({ type: 'revoke', revoke: { original_message_id: 'wamid.0' } })).toMatchObject({
      parts: [{ kind: 'system', event: 'message-revoked' }],
      replyTo: 'wamid.0',
    });
  });

  it('a system notice that is no change of address', () => {
    const system = { type: 'customer_identity_changed', body: 'User identity changed' };
    expect(partsOf({ type: 'system', system })).toEqual([
      { kind: 'system', event: 'customer_identity_changed', text: 'User identity changed' },
    ]);
    expect(partsOf({ type: 'request_welcome' })).toEqual([{ kind: 'system', event: 'chat-opened' }]);
  });

  it.each([
    [
      { type: 'poll', poll: {} },
      { kind: 'unsupported', type: 'poll' },
    ],
    [{ type: 'constructor' }, { kind: 'unsupported', type: 'constructor' }],
    [{}, { kind: 'unsupported', type: 'unknown' }],
    [
      { type: 'text', text: 'bare' },
      { kind: 'unsupported', type: 'text' },
    ],
    [
      { type: 'order', order: { product_items: [] } },
      { kind: 'unsupported', type: 'order' },
    ],
    [
      { type: 'location', location: { latitude: 'north' } },
      { kind: 'unsupported', type: 'location' },
    ],
    [
      { type: 'interactive', interactive: { type: 'call_permission_reply' } },
      { type: 'interactive.call_permission_reply' },
    ],
    [
      { type: 'unsupported', unsupported: { type: 'video_note' }, errors: [{ title: 'No' }] },
      { type: 'video_note', reason: 'No' },
    ],
  ])('%j is unsupported', (message, part) => expect(partsOf(message)).toMatchObject([part]));

  it('numbers given as text, and a referral before media', () => {
    expect(partsOf({ type: 'location', location: { latitude: '1.5', longitude: '-2' } })).toEqual([
      { kind: 'location', latitude: 1.5, longitude: -2 },
    ]);
    const both = partsOf({
      type: 'image',
      image: { id: '7' },
      referral: { source_type: 'post', headline: 'Spring' },
    });
    expect(describeParts(both)).toBe('[referral] Spring\n[image]');
  });

  it('a forwarded message replies to nothing', () => {
    expect(messageOf({ type: 'text', text: { body: 'x' }, context: { forwarded: true } })).not.toHaveProperty(
      'replyTo',
    );
  });

  it('messages of groups are not taken for private ones', () => {
    const fact = interpret({ from: '1', type: 'text', text: { body: 'x' }, group_id: 'Y2FwaV9ncm91cDo' });
    expect(fact).toEqual({ fact: 'ignored', reason: 'group messages are not supported' });
  });
});

describe('the sender', () => {
  const text = { type: 'text', text: { body: 'x' } };

  it('has every address that was given, and a phone number only where there is a valid one', () => {
    const contact = { wa_id: '5511987654321', user_id: 'BR.1393', profile: { name: 'Ana' } };
    expect(messageOf({ ...text, from: '5511987654321' }, contact).sender).toEqual({
      keys: [
        { kind: 'wa_id', value: '5511987654321' },
        { kind: 'bsuid', value: 'BR.1393' },
      ],
      phone: '+5511987654321',
      displayName: 'Ana',
    });
  });

  it('may be a business-scoped id and nothing more', () => {
    const contact = { user_id: bsuid, username: 'ana' };
    const only = { keys: [{ kind: 'bsuid', value: bsuid }], displayName: 'ana' };
    expect(interpret({ ...text, from_user_id: bsuid }, contact)).toMatchObject({ sender: only });
    expect(messageOf({ ...text, from: bsuid }).sender).toEqual({ keys: only.keys });
  });

  it('keeps a number that differs from the wa_id', () => {
    expect(messageOf({ ...text, from: '5491155551234' }, { wa_id: '541155551234' }).sender.keys).toEqual([
      { kind: 'wa_id', value: '541155551234' },
      { kind: 'phone', value: '+5491155551234' },
    ]);
  });

  it('is needed', () => {
    expect(interpret(text)).toEqual({ fact: 'ignored', reason: 'a message without a sender' });
  });

  it('may move to another business-scoped id', () => {
    const system = {
      type: 'user_changed_user_id',
      user_id: 'MX.0987',
      previous_user_id: 'CO.1234',
      body: 'moved',
    };
    expect(interpret({ type: 'system', system })).toMatchObject({
      fact: 'address-changed',
      from: { keys: [{ kind: 'bsuid', value: 'CO.1234' }] },
      to: { keys: [{ kind: 'bsuid', value: 'MX.0987' }] },
      text: 'moved',
    });
  });

  it.each([
    ['16505551234', '+16505551234'],
    ['+380501234567', '+380501234567'],
    ['1111111111111', undefined],
    ['US.1349', undefined],
    ['', undefined],
  ])('the phone of %s is %s', (waId, phone) => expect(phoneOf(waId)).toBe(phone));

  it.each([
    ['US.13491208655302741918', true],
    ['US.ENT.11815799212886844830', true],
    ['16505551234', false],
    ['us.1', false],
    ['US.', false],
  ])('%s is a BSUID: %s', (value, expected) => expect(isBsuid(value)).toBe(expected));
});

describe('statuses', () => {
  it.each([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['played', 'read'],
    ['failed', 'failed'],
  ])('%s is %s', (given, status) =>
    expect(statusOf({ status: given })).toMatchObject({ fact: 'status', status }),
  );

  it.each(['deleted', 'warning', 'pending', 'constructor'])('%s changes nothing', (status) => {
    expect(statusOf({ status })).toEqual({ fact: 'ignored', reason: `status ${status} changes nothing` });
  });

  it('keeps a failure without a title', () => {
    expect((statusOf({ status: 'failed', errors: [{ code: 1 }] }) as InboundStatus).error).toEqual({
      code: '1',
      title: 'error 1',
    });
  });
});

describe('timestamps', () => {
  it.each([
    'tomorrow',
    '',
    '0',
    '-5',
    '99999999999',
    '1e9',
    1_750_000_000_000,
    null,
    String(receivedAt.getTime() / 1000 + 90_000),
  ])('%j cannot be, and is replaced by the time of arrival', (timestamp) => {
    expect(messageOf({ type: 'text', text: { body: 'x' }, timestamp }).sentAt).toEqual(receivedAt);
  });

  it('a clock that is a little ahead is believed', () => {
    const timestamp = String(receivedAt.getTime() / 1000 + 60);
    expect(
      messageOf({ type: 'text', text: { body: 'x' }, timestamp }).sentAt.getTime() - receivedAt.getTime(),
    ).toBe(60_000);
  });
});

describe('changes', () => {
  const change = (field: string, value: unknown) =>
    interpretPayload({ kind: 'change', field, value }, receivedAt);

  it.each([
    [
      'smb_message_echoes',
      { message_echoes: [] },
      'smb_message_echoes: sent from the business app, not followed',
    ],
    ['group_status_update', {}, 'group events are not supported'],
    ['calls', {}, 'calls is not acted on'],
    ['messages', null, 'messages is not acted on'],
  ])('%s is ignored', (field, value, reason) =>
    expect(change(field, value)).toEqual({ fact: 'ignored', reason }),
  );

  it('a payload of another make is ignored', () => {
    expect(interpretPayload({}, receivedAt)).toEqual({ fact: 'ignored', reason: 'an item of no known kind' });
  });
});
