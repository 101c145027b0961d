import fc from 'fast-check';
import { recordedWebhooks } from '../../../../../test/support/meta-samples.js';
import { interpretPayload } from './meta-interpreter.js';
import { splitWebhook, wamidOf } from './meta-webhook.js';

const webhook = (...changes: unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'waba', changes }],
});
const change = (value: object) => ({
  field: 'messages',
  value: { metadata: { phone_number_id: '106' }, ...value },
});
const text = (from: string, id: string) => ({
  from,
  id,
  timestamp: '1750000000',
  type: 'text',
  text: { body: id },
});

describe('splitWebhook', () => {
  const samples = recordedWebhooks();

  it('makes one item of each recorded sample, and different external ids for all of them', () => {
    const items = samples.flatMap(({ body }) => splitWebhook(body));
    expect(items).toHaveLength(41);
    expect(new Set(items.map((item) => `${item.account} ${item.externalId}`)).size).toBe(41);
  });

  it('tells apart the samples that reuse one wamid', () => {
    const ids = samples.flatMap(({ body }) => splitWebhook(body).map((item) => item.externalId));
    const reused = ids.filter((id) =>
      id.includes('wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA=='),
    );
    expect(reused.map((id) => id.replace(/wamid\.\S+==/, '*')).sort()).toEqual([
      'msg:1111111111111:button:*',
      'msg:1111111111111:reaction:*',
      'msg:1111111111111:sticker:*',
      'msg:1111111111111:text:*',
      'msg:1111111111111:unsupported:*',
      'msg:409552778964973:text:*',
      'st:*:delivered',
      'st:*:read',
      'st:*:sent',
    ]);
  });

  it.each(samples)(
    'gives $name the same ids when it is redelivered with its keys in another order',
    ({ body }) => {
      const reversed = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(reversed);
        if (value === null || typeof value !== 'object') return value;
        return Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, item]) => [key, reversed(item)]),
        );
      };
      expect(splitWebhook(reversed(body)).map((item) => item.externalId)).toEqual(
        splitWebhook(body).map((item) => item.externalId),
      );
    },
  );

  it('routes by phone number id, and by business account where there is none', () => {
    const by = (name: string) => splitWebhook(samples.find((sample) => sample.name === name)?.body)[0];
    expect(by('official/text-message')).toMatchObject({
      account: '106540352242922',
      fallbackAccount: '419561257915477',
      kind: 'message',
      lane: '16505551234',
      payload: { kind: 'message', field: 'messages', contact: { wa_id: '16505551234' } },
    });
    expect(by('javaapi/textMessageStatusRead')).toMatchObject({ account: '409552778964973', kind: 'status' });
    expect(by('javaapi/textMessageStatusRead')?.lane).toMatch(/^st:wamid\./);
    expect(by('javaapi/accountReview')).toMatchObject({
      account: 'whatsapp-business-account-id',
      fallbackAccount: 'whatsapp-business-account-id',
      lane: 'whatsapp-business-account-id',
      kind: 'other',
      payload: {
        kind: 'change',
        field: 'account_review_update',
        value: { decision: 'APPROVED' },
        time: 1604703141,
      },
    });
    expect(by('javaapi/accountReview')?.externalId).toMatch(/^account_review_update:[0-9a-f]{64}$/);
  });

  it('cuts a batch of entries, changes, messages and statuses, in the order they came', () => {
    const first = webhook(
      change({
        contacts: [{ wa_id: 'a' }, { wa_id: 'b' }],
        messages: [text('a', 'm1'), text('b', 'm2'), text('a', 'm3')],
      }),
      change({
        statuses: [
          { id: 'm0', status: 'sent' },
          { id: 'm0', status: 'delivered' },
        ],
      }),
    );
    const body = {
      ...first,
      entry: [...first.entry, { id: 'waba2', changes: [change({ messages: [text('c', 'm4')] })] }],
    };
    expect(splitWebhook(body).map(({ externalId, lane }) => [externalId, lane])).toEqual([
      ['msg:a:text:m1', 'a'],
      ['msg:b:text:m2', 'b'],
      ['msg:a:text:m3', 'a'],
      ['st:m0:sent', 'st:m0'],
      ['st:m0:delivered', 'st:m0'],
      ['msg:c:text:m4', 'c'],
    ]);
  });

  it('gives each message its own contact and never a stranger', () => {
    const contacts = [{ wa_id: 'a', profile: { name: 'Ann' } }];
    const items = splitWebhook(webhook(change({ contacts, messages: [text('a', 'm1'), text('b', 'm2')] })));
    expect(items.map((item) => item.payload.contact)).toEqual([contacts[0], null]);
    expect(items.map((item) => item.lane)).toEqual(['a', 'b']);
  });

  it('keeps one of two equal deliveries in one POST', () => {
    expect(splitWebhook(webhook(change({ messages: [text('a', 'm1'), text('a', 'm1')] })))).toHaveLength(1);
  });

  it('finds the lane of a customer who has only a business-scoped id', () => {
    const message = { ...text('', 'm1'), from: undefined, from_user_id: 'US.13491208655302741918' };
    const contacts = [{ user_id: 'US.13491208655302741918', profile: { name: 'Ann' } }];
    expect(splitWebhook(webhook(change({ contacts, messages: [message] })))[0]).toMatchObject({
      externalId: 'msg:US.13491208655302741918:text:m1',
      lane: 'US.13491208655302741918',
      payload: { contact: contacts[0] },
    });
  });

  it('replaces what jsonb cannot store', () => {
    const nul = String.fromCharCode(0);
    const body = `half \uD83D emoji, whole 👍, nul ${nul}`;
    const [item] = splitWebhook(webhook(change({ messages: [{ ...text('a', 'm1'), text: { body } }] })));
    expect(item?.payload.message).toMatchObject({
      text: { body: 'half \uFFFD emoji, whole 👍, nul \uFFFD' },
    });
  });

  it('loses nothing that it does not understand', () => {
    const kinds = (body: unknown) =>
      splitWebhook(body).map((item) => item.externalId.replace(/[0-9a-f]{64}$/, '#'));
    expect(kinds({ entry: [{ id: 'x', messaging: [{}] }] })).toEqual(['entry:#']);
    expect(kinds(webhook({ field: 'messages', value: { messages: ['?'] } }))).toEqual(['messages:#']);
    expect(kinds(webhook({ field: 'messages', value: { errors: [{ code: 1 }] } }))).toEqual(['messages:#']);
    expect(kinds(webhook('odd', null))).toEqual(['unknown:#', 'unknown:#']);
    for (const body of [null, undefined, 'text', 7, [], {}, { entry: {} }])
      expect(splitWebhook(body)).toEqual([]);
  });

  it('never throws, whatever JSON comes, and neither does the interpreter', () => {
    const key = fc.constantFrom(
      ...[
        'entry',
        'changes',
        'field',
        'value',
        'messages',
        'statuses',
        'contacts',
        'metadata',
        'id',
        'from',
        'type',
      ],
      ...[
        'text',
        'body',
        'interactive',
        'order',
        'product_items',
        'system',
        'errors',
        'timestamp',
        'context',
        '__proto__',
      ],
    );
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(
        'messages',
        'text',
        'interactive',
        'order',
        'system',
        'user_changed_number',
        'sent',
        'constructor',
      ),
    );
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 9 },
        leaf,
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4 }),
      ),
    }));
    const plausible = fc.record({
      from: json,
      id: json,
      type: fc.constantFrom(
        'text',
        'interactive',
        'order',
        'image',
        'contacts',
        'reaction',
        'system',
        'edit',
        'location',
      ),
      text: json,
      interactive: json,
      order: json,
      contacts: json,
      reaction: json,
      system: json,
      edit: json,
      location: json,
      timestamp: json,
    });
    const body = fc.oneof(
      json,
      fc.record({ entry: fc.array(fc.record({ id: json, changes: fc.array(json) })) }),
      fc.array(plausible).map((messages) => webhook(change({ messages }))),
    );
    fc.assert(
      fc.property(body, (given) => {
        const items = splitWebhook(given);
        expect(splitWebhook(given)).toEqual(items);
        for (const item of items) {
          const fact = interpretPayload(item.payload, new Date(0));
          expect(fact.fact).toMatch(/^(message|status|address-changed|ignored)$/);
          if (fact.fact === 'message') expect(fact.parts.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('wamidOf', () => {
  it.each([
    ['wamid.HBg=', 'wamid.HBg='],
    ['msg:16505551234:text:wamid.HBg=', 'wamid.HBg='],
    ['msg:1:text:odd:id', 'odd:id'],
    ['msg:1:text:sha256-00', undefined],
    ['sha256-00', undefined],
    ['', undefined],
  ])('%s is %s', (externalId, wamid) => expect(wamidOf(externalId)).toBe(wamid));
});
