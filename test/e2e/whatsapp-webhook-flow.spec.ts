import type { Redis } from 'ioredis';
import { newId } from '#libs/kernel';
import { REDIS } from '#libs/redis';
import { APP_SECRET, TestApp } from '../support/app.js';
import {
  idle,
  messagesOf,
  messageWhen,
  metric,
  newCustomer,
  postOf,
  textFrom,
  threadOf,
  threadsOf,
  valueOf,
} from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { postSigned } from '../support/fake-graph-api.js';
import { lastUserText, reply } from '../support/fake-openai.js';
import { recordedBytes } from '../support/meta-samples.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  host = await TestApp.start({ model: 'scripted', clock });
  tenant = await host.createTenant({ calendar: false });
});
beforeEach(async () => {
  await idle(host, tenant);
  host.graph.reset();
  host.openai.reset();
  host.openai.handler = (request) => reply.text(`You said: ${lastUserText(request)}`);
});
afterEach(() => expect([...host.graph.refusals, ...host.openai.refusals]).toEqual([]));
afterAll(() => host.stop());

const post = (body: object) => postSigned(`${host.url}/webhooks/meta/whatsapp`, APP_SECRET, body);
const sentTo = (to: string) =>
  host.graph.messages.filter((message) => message.to === to).map(({ text }) => text);
const inboundTexts = async (of: TestTenant, from: string) =>
  (await messagesOf(of, (await threadOf(of, from)).id))
    .filter(({ direction }) => direction === 'inbound')
    .map(({ text }) => text);

/** Runs `deliveries` while the customer counts as still typing, waits until `count` messages are stored, then goes on. */
const whileTyping = async (
  from: string,
  count: number,
  deliveries: () => Promise<unknown>,
): Promise<void> => {
  const deferred = () =>
    metric(host, 'frontdesk_delivery_duration_seconds_count{handler="ai.compose-reply",outcome="deferred"}');
  clock.standStill();
  const before = await deferred();
  try {
    await deliveries();
    await eventually(
      `${count} messages of ${from}`,
      async () => (await inboundTexts(tenant, from)).length === count,
    );
    await eventually(
      'as many looks whether it is quiet by now',
      async () => (await deferred()) >= before + count,
    );
    expect(sentTo(from)).toEqual([]);
  } finally {
    clock.goOn();
  }
};

describe('deliveries', () => {
  it('of one POST ten times at once are one message and one reply', async () => {
    const from = newCustomer();
    const body = postOf(valueOf(tenant.phoneNumberId, { messages: [textFrom(from, 'Once')] }));
    expect(new Set(await Promise.all(Array.from({ length: 10 }, () => post(body))))).toEqual(new Set([200]));
    await host.graph.waitForMessages(1, { to: from });
    expect(await post(body)).toBe(200);
    await idle(host, tenant);
    expect(await inboundTexts(tenant, from)).toEqual(['Once']);
    expect(sentTo(from)).toEqual(['You said: Once']);
  });

  it('are answered when Redis has forgotten the scripts that it was sent', async () => {
    const from = newCustomer();
    expect(await tenant.whatsapp(from, 'Before')).toBe(200);
    await host.graph.waitForMessages(1, { to: from });
    await idle(host, tenant);
    await host.app.get<Redis>(REDIS).script('FLUSH');
    expect(await tenant.whatsapp(from, 'After')).toBe(200);
    await host.graph.waitForMessages(2, { to: from });
    expect(sentTo(from)).toEqual(['You said: Before', 'You said: After']);
  });

  it('of a burst are answered once, with all of it read', async () => {
    const from = newCustomer();
    const lines = ['Hi', 'I would like', 'a manicure', 'tomorrow', 'at three'];
    await whileTyping(from, 5, async () => {
      for (const line of lines) expect(await tenant.whatsapp(from, line)).toBe(200);
    });
    await host.graph.waitForMessages(1, { to: from });
    await idle(host, tenant);
    expect(sentTo(from)).toHaveLength(1);
    expect(await inboundTexts(tenant, from)).toEqual(lines);
    const read = host.openai.requests[0]?.messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => content);
    expect(read?.join('\n')).toBe(lines.join('\n'));
  });

  it('that come out of order are read in the order they were sent', async () => {
    const from = newCustomer();
    const now = Date.now();
    await whileTyping(from, 3, async () => {
      for (const n of [3, 1, 2])
        await tenant.whatsapp(from, `line ${n}`, { sentAt: new Date(now - 60_000 + n * 1000) });
    });
    await host.graph.waitForMessages(1, { to: from });
    const read = host.openai.requests[0]?.messages
      .filter(({ role }) => role === 'user')
      .map(({ content }) => content);
    expect(read?.join('\n')).toBe('line 1\nline 2\nline 3');
  });

  it('of many customers keep the order of each', async () => {
    const customers = Array.from({ length: 20 }, newCustomer);
    const lines = ['one', 'two', 'three', 'four'];
    await Promise.all(
      customers.map(async (from) => {
        for (const line of lines) expect(await tenant.whatsapp(from, line)).toBe(200);
      }),
    );
    await idle(host, tenant);
    for (const from of customers) {
      const thread = await threadOf(tenant, from);
      const messages = await messagesOf(tenant, thread.id);
      expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
      expect(messages.filter(({ direction }) => direction === 'inbound').map(({ text }) => text)).toEqual(
        lines,
      );
    }
  });

  it('for two businesses at once, from the same people, stay apart', async () => {
    const other = await host.createTenant({ calendar: false });
    const customers = Array.from({ length: 10 }, newCustomer);
    await Promise.all(
      customers.flatMap((from) => [
        tenant.whatsapp(from, `for the first from ${from}`, { wamid: `wamid.${from}` }),
        other.whatsapp(from, `for the second from ${from}`, { wamid: `wamid.${from}` }),
      ]),
    );
    await host.graph.waitForMessages(20);
    await Promise.all([idle(host, tenant), idle(host, other)]);
    for (const [mine, word, foreign] of [
      [tenant, 'first', other],
      [other, 'second', tenant],
    ] as const) {
      for (const from of customers) {
        const { id } = await threadOf(mine, from);
        const texts = (await messagesOf(mine, id)).map(({ text }) => text);
        expect(texts).toEqual([`for the ${word} from ${from}`, `You said: for the ${word} from ${from}`]);
        expect((await foreign.get(`/api/v1/threads/${id}/messages`)).status).toBe(404);
        const sent = host.graph.messages.filter(
          ({ to, phoneNumberId }) => to === from && phoneNumberId === mine.phoneNumberId,
        );
        expect(sent.map(({ text }) => text)).toEqual([`You said: for the ${word} from ${from}`]);
      }
    }
    expect(await threadsOf(other)).toHaveLength(10);
  });
});

describe('kinds that are not supported', () => {
  it.each([
    ['a kind that does not exist yet', { type: 'hologram', hologram: { id: '1' } }, 'hologram'],
    ['a known kind without its content', { type: 'image' }, 'image'],
    ['a message without a type', {}, 'unknown'],
  ])('%s is kept as such, and the assistant is told', async (_what, odd, type) => {
    const from = newCustomer();
    const { id, timestamp } = textFrom(from, '');
    expect(
      await post(postOf(valueOf(tenant.phoneNumberId, { messages: [{ from, id, timestamp, ...odd }] }))),
    ).toBe(200);
    await host.graph.waitForMessages(1, { to: from });
    const thread = await threadOf(tenant, from);
    const [message] = await messagesOf(tenant, thread.id);
    expect(message).toMatchObject({ parts: [{ kind: 'unsupported', type }], text: `[unsupported: ${type}]` });
    expect(sentTo(from)).toEqual([`You said: [unsupported: ${type}]`]);
  });

  it.each([
    [
      'a message of a group',
      () => ({ messages: [textFrom(newCustomer(), 'Hi all', { group_id: 'g1' })] }),
      'group messages are not supported',
    ],
    [
      'a message without a sender',
      () => ({ messages: [{ id: `wamid.${newId()}`, type: 'text', text: { body: 'x' } }] }),
      'a message without a sender',
    ],
    [
      'a status that changes nothing',
      () => ({ statuses: [{ id: `wamid.${newId()}`, status: 'warning' }] }),
      'status warning changes nothing',
    ],
  ])('%s is stored, and marked as ignored with the reason', async (_what, content, note) => {
    expect(await post(postOf(valueOf(tenant.phoneNumberId, content())))).toBe(200);
    await idle(host, tenant);
    const rows = await host.query(
      tenant.id,
      `SELECT status, note FROM inbound_event ORDER BY seq DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ status: 'ignored', note }]);
  });

  it('a reaction is shown and not answered', async () => {
    const from = newCustomer();
    await tenant.whatsapp(from, 'Hello');
    const [answer] = await host.graph.waitForMessages(1, { to: from });
    const { id, timestamp } = textFrom(from, '');
    const reaction = {
      from,
      id,
      timestamp,
      type: 'reaction',
      reaction: { message_id: answer?.id, emoji: '👍' },
    };
    expect(await post(postOf(valueOf(tenant.phoneNumberId, { messages: [reaction] })))).toBe(200);
    await idle(host, tenant);
    const thread = await threadOf(tenant, from);
    expect((await messagesOf(tenant, thread.id)).at(-1)?.parts).toEqual([
      { kind: 'reaction', emoji: '👍', toExternalId: answer?.id },
    ]);
    expect(sentTo(from)).toHaveLength(1);
  });
});

describe('a customer', () => {
  it('who changes the number keeps identity and thread, and is written to at the new one', async () => {
    const salon = await host.createTenant({ calendar: false, phoneNumberId: '106540352242922' });
    await salon.whatsapp('16505551234', 'Hello from the old number');
    await host.graph.waitForMessages(1, { to: '16505551234' });
    const before = await threadOf(salon, '16505551234');

    const sample = recordedBytes('official/system-message');
    expect(await postSigned(`${host.url}/webhooks/meta/whatsapp`, APP_SECRET, sample)).toBe(200);
    expect(await postSigned(`${host.url}/webhooks/meta/whatsapp`, APP_SECRET, sample)).toBe(200);
    const after = await threadOf(salon, '12195555358');
    expect({ id: after.id, customer: after.customer }).toEqual({
      id: before.id,
      customer: { ...before.customer, phone: '+12195555358' },
    });
    expect((await messagesOf(salon, after.id)).at(-1)).toMatchObject({
      author: { kind: 'system' },
      parts: [{ kind: 'system', event: 'address-changed' }],
    });

    expect((await salon.post(`/api/v1/threads/${after.id}/messages`, { text: 'Noted.' })).status).toBe(201);
    await host.graph.waitForMessages(1, { to: '12195555358' });
    await salon.post(`/api/v1/threads/${after.id}/release`);
    await salon.whatsapp('12195555358', 'It is me');
    await host.graph.waitForMessages(2, { to: '12195555358' });
    expect(sentTo('12195555358')).toEqual(['Noted.', 'You said: It is me']);
    expect(await threadsOf(salon)).toHaveLength(1);

    await salon.whatsapp('16505551234', 'I got this number now');
    await host.graph.waitForMessages(2, { to: '16505551234' });
    const stranger = await threadOf(salon, '16505551234');
    expect(stranger.customer.id).not.toBe(before.customer.id);
    expect(sentTo('16505551234')[1]).toBe('You said: I got this number now');
  });

  it('without a phone number is somebody all the same, and is answered by the business-scoped id', async () => {
    const bsuid = 'UA.13491208655302741918';
    const message = textFrom(bsuid, 'No number here', { from_user_id: bsuid });
    const contacts = [{ profile: { name: 'Marta', username: '@marta' }, user_id: bsuid }];
    expect(await post(postOf(valueOf(tenant.phoneNumberId, { contacts, messages: [message] })))).toBe(200);
    const [answer] = await host.graph.waitForMessages(1, { to: bsuid });
    expect(answer?.body).toMatchObject({ recipient: bsuid });
    expect(answer?.body).not.toHaveProperty('to');
    const find = async () => (await threadsOf(tenant)).filter(({ customer }) => customer.name === 'Marta');
    const [thread] = await find();
    expect(thread?.customer.phone).toBeNull();

    // Later Meta tells the number too: the same person, in the same thread.
    const waId = newCustomer();
    const known = {
      contacts: [{ ...contacts[0], wa_id: waId }],
      messages: [textFrom(waId, 'Now with a number', { from_user_id: bsuid })],
    };
    expect(await post(postOf(valueOf(tenant.phoneNumberId, known)))).toBe(200);
    await host.graph.waitForMessages(2);
    const [now, ...others] = await find();
    expect(others).toEqual([]);
    expect(now).toMatchObject({ id: thread?.id, customer: { id: thread?.customer.id, phone: `+${waId}` } });
  });
});

describe('delivery statuses', () => {
  const hear = (rest: Partial<Parameters<typeof host.graph.sendStatusesTo>[0] & object>) =>
    host.graph.sendStatusesTo({
      url: `${host.url}/webhooks/meta/whatsapp`,
      appSecret: APP_SECRET,
      wabaId: '419561257915477',
      ...rest,
    });
  const answered = async (from = newCustomer()) => {
    await tenant.whatsapp(from, 'Hello');
    const [sent] = await host.graph.waitForMessages(1, { to: from });
    await host.graph.webhooksSettled();
    const thread = await threadOf(tenant, from);
    const answer = await eventually('the answer in the thread', async () =>
      (await messagesOf(tenant, thread.id)).find(({ direction }) => direction === 'outbound'),
    );
    await idle(host, tenant);
    return { thread, answer, wamid: sent?.id ?? '' };
  };
  const current = async (answer: { threadId: string; id: string }) => messageWhen(tenant, answer, () => true);
  const report = (wamid: string, status: string, rest: object = {}) =>
    post(
      postOf(
        valueOf(tenant.phoneNumberId, {
          statuses: [{ id: wamid, status, timestamp: '1750000000', ...rest }],
        }),
      ),
    );
  const errors = [
    {
      code: 131026,
      title: 'Message undeliverable',
      message: 'Message undeliverable',
      error_data: { details: 'Not on WhatsApp.' },
    },
  ];

  it.each([
    ['in order', { statuses: ['sent', 'delivered', 'read'] }],
    ['repeated', { copies: 3 }],
    ['out of order', { statuses: ['read', 'sent', 'delivered', 'sent'], copies: 2 }],
    ['before the send is answered', { beforeAnswer: true }],
    [
      'before the answer, out of order and repeated',
      { beforeAnswer: true, statuses: ['delivered', 'read', 'sent'], copies: 2 },
    ],
  ])('that come %s end in "read"', async (_how, how) => {
    hear(how);
    const { answer, wamid } = await answered();
    expect(new Set(host.graph.webhookAnswers)).toEqual(new Set([200]));
    expect(await current(answer)).toMatchObject({ status: 'read', externalId: wamid, error: null });
    expect(
      await host.query(tenant.id, 'SELECT 1 FROM parked_status WHERE provider_message_id = $1', [wamid]),
    ).toEqual([]);
  });

  it('never go back', async () => {
    const { answer, wamid } = await answered();
    const seen: string[] = [(await current(answer)).status];
    for (const status of ['delivered', 'sent', 'read', 'delivered', 'failed']) {
      expect(await report(wamid, status, status === 'failed' ? { errors } : {})).toBe(200);
      await idle(host, tenant);
      seen.push((await current(answer)).status);
    }
    expect(seen).toEqual(['sent', 'delivered', 'delivered', 'read', 'read', 'read']);
    expect((await current(answer)).error).toBeNull();
  });

  it('of a failure carry code, title and detail into the thread, and are final', async () => {
    const { answer, wamid } = await answered();
    expect(await report(wamid, 'failed', { errors })).toBe(200);
    expect(await messageWhen(tenant, answer, ({ status }) => status === 'failed')).toMatchObject({
      error: { code: '131026', title: 'Message undeliverable', detail: 'Not on WhatsApp.' },
    });
    await report(wamid, 'sent');
    await idle(host, tenant);
    expect((await current(answer)).status).toBe('failed');
  });

  it('of a failure that is known before the send is answered are not lost', async () => {
    hear({ beforeAnswer: true, statuses: ['failed'] });
    const { answer } = await answered();
    expect((await current(answer)).status).toBe('failed');
  });

  it('that come through another business change nothing', async () => {
    const other = await host.createTenant({ calendar: false });
    const { answer, wamid } = await answered();
    const foreign = valueOf(other.phoneNumberId, {
      statuses: [{ id: wamid, status: 'read', timestamp: '1750000000' }],
    });
    expect(await post(postOf(foreign))).toBe(200);
    await idle(host, other);
    expect((await current(answer)).status).toBe('sent');
  });
});
