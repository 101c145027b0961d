import type { ChannelView } from '#contracts/channels';
import { APP_SECRET, GRAPH_TOKEN, TestApp } from '../support/app.js';
import {
  idle,
  messagesOf,
  messageWhen,
  metric,
  newCustomer,
  postOf,
  statusOf,
  threadOf,
  valueOf,
  type MessageView,
  type ThreadView,
} from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { postSigned, type StatusWebhooks } from '../support/fake-graph-api.js';
import type { TestTenant } from '../support/tenant.js';

interface DeadLetter {
  id: string;
  handler: string;
  eventType: string;
  error: string;
  attempts: number;
  replayedAt: string | null;
}

const ATTEMPTS = 4;
/** Long enough for a status to be stored and handled on a machine that does other things as well. */
const UNKNOWN_WAIT_MS = 2_000;

let host: TestApp;
let tenant: TestTenant;
let from: string;
let thread: ThreadView;

beforeAll(async () => {
  host = await TestApp.start({
    env: {
      SEND_ATTEMPTS: String(ATTEMPTS),
      SEND_UNKNOWN_OUTCOME_WAIT_MS: String(UNKNOWN_WAIT_MS),
    },
  });
});
// A business of its own for each test: dead letters and channels of one are not in the way of another.
beforeEach(async () => {
  host.graph.reset();
  tenant = await host.createTenant({ calendar: false });
  from = newCustomer();
  await tenant.whatsapp(from, 'Hello');
  await host.graph.waitForMessages(1, { to: from });
  thread = await threadOf(tenant, from);
  await idle(host, tenant);
  host.graph.reset();
});
afterEach(() => expect(host.graph.refusals).toEqual([]));
afterAll(() => host.stop());

const write = async (text: string): Promise<MessageView> => {
  const { status, body } = await tenant.post<MessageView>(`/api/v1/threads/${thread.id}/messages`, { text });
  expect(status).toBe(201);
  return body;
};
const sent = () => host.graph.messages.filter(({ to }) => to === from).map(({ text }) => text);
const toBe = (message: MessageView, status: string) =>
  messageWhen(tenant, message, (now) => now.status === status);
const deadLetters = async (): Promise<DeadLetter[]> =>
  (await tenant.get<{ data: DeadLetter[] }>('/api/v1/dead-letters?open=true')).body.data;
const replay = (letter: DeadLetter | undefined) =>
  tenant.post<DeadLetter>(`/api/v1/dead-letters/${letter?.id ?? ''}/replay`);
const hear = (rest: Partial<StatusWebhooks> = {}) =>
  host.graph.sendStatusesTo({
    url: `${host.url}/webhooks/meta/whatsapp`,
    appSecret: APP_SECRET,
    wabaId: '1',
    ...rest,
  });
const repeated = () => metric(host, 'frontdesk_sends_repeated_total{');

const REJECTED = { status: 400, code: 131026, message: '(#131026) Message undeliverable' };

describe('a transient failure', () => {
  it.each([
    ['an internal error', { status: 500, code: 1, message: 'An unknown error occurred' }],
    ['a service that is away', { status: 503, code: 2, message: 'Service temporarily unavailable' }],
    ['a rate limit', { status: 429, code: 130429, message: 'Rate limit hit' }],
    [
      'what Meta itself calls transient',
      { status: 400, code: 999_999, message: 'Try again', isTransient: true },
    ],
  ])('is tried again until it is taken: %s', async (_what, fault) => {
    host.graph.failNext(ATTEMPTS - 1, fault);
    const message = await write('Persistent');
    const done = await toBe(message, 'sent');
    expect(done.error).toBeNull();
    await idle(host, tenant);
    expect(sent()).toEqual(['Persistent']);
    expect(await deadLetters()).toEqual([]);
  });

  it('waits as long as Retry-After says', async () => {
    host.graph.failNext(1, { status: 429, code: 130429, message: 'Rate limit hit', retryAfterSeconds: 1 });
    const before = Date.now();
    await write('Patient');
    const [message] = await host.graph.waitForMessages(1, { to: from });
    expect((message?.at ?? 0) - before).toBeGreaterThanOrEqual(1000);
  });

  it('that lasts ends in the dead letters, and the message says why', async () => {
    host.graph.failNext(ATTEMPTS, { status: 500, code: 131000, message: '(#131000) Something went wrong' });
    const message = await write('In vain');
    expect((await toBe(message, 'failed')).error).toMatchObject({
      code: '131000',
      title: 'Something went wrong',
    });
    const [letter] = await eventually('a dead letter', async () => {
      const letters = await deadLetters();
      return letters.length > 0 && letters;
    });
    expect(letter).toMatchObject({ attempts: ATTEMPTS, handler: 'channels.send-message' });
  });

  it('leaves no doubt, so what is sent again is not counted as a possible copy', async () => {
    const before = await repeated();
    host.graph.failNext(1, { status: 500, code: 1, message: 'An unknown error occurred' });
    await toBe(await write('Once'), 'sent');
    await idle(host, tenant);
    expect(sent()).toEqual(['Once']);
    expect(await repeated()).toBe(before);
  });
});

describe('a rejection', () => {
  it('is not tried again: the thread shows code and title, the dead letters list it, a replay sends it', async () => {
    host.graph.failNext(1, REJECTED);
    const message = await write('Rejected at first');
    const failed = await toBe(message, 'failed');
    expect(failed.error).toMatchObject({
      code: '131026',
      title: 'Message undeliverable',
      detail: 'Meta answered 400 (code 131026): Message undeliverable',
    });
    const [letter, ...others] = await eventually('a dead letter', async () => {
      const letters = await deadLetters();
      return letters.length > 0 && letters;
    });
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      handler: 'channels.send-message',
      eventType: 'conversations.message.queued.v1',
      attempts: 1,
      error: failed.error?.detail,
    });
    expect(sent()).toEqual([]);

    expect((await replay(letter)).status).toBe(200);
    expect(await toBe(message, 'sent')).toMatchObject({ error: null });
    expect(sent()).toEqual(['Rejected at first']);
    expect(await deadLetters()).toEqual([]);
    expect((await replay(letter)).status).toBe(409);
    await idle(host, tenant);
    expect(sent()).toHaveLength(1);
  });

  it('again of what was replayed is another dead letter', async () => {
    host.graph.failNext(2, REJECTED);
    const message = await write('Never');
    await toBe(message, 'failed');
    await idle(host, tenant);
    const [first] = await deadLetters();
    await replay(first);
    await idle(host, tenant);
    expect((await deadLetters()).map(({ id }) => id)).not.toEqual([first?.id]);
    expect(await deadLetters()).toHaveLength(1);
    expect((await toBe(message, 'failed')).error?.code).toBe('131026');
  });

  it('does not hold up what was written after it, and is nobody else’s business', async () => {
    const other = await host.createTenant({ calendar: false });
    host.graph.failNext(1, REJECTED);
    const message = await write('Rejected');
    await toBe(message, 'failed');
    await write('Accepted');
    await host.graph.waitForMessages(1, { to: from });
    expect(sent()).toEqual(['Accepted']);
    await idle(host, tenant);
    const [letter] = await deadLetters();
    expect((await other.get<{ data: DeadLetter[] }>('/api/v1/dead-letters')).body.data).toEqual([]);
    expect((await other.post(`/api/v1/dead-letters/${letter?.id}/replay`)).status).toBe(404);
  });
});

describe('a token that Meta refuses', () => {
  it('marks the channel; a new one makes it active, and the replay goes out', async () => {
    const channel = async () => (await tenant.get<ChannelView>(`/api/v1/channels/${tenant.channelId}`)).body;
    await tenant.call('PATCH', `/api/v1/channels/${tenant.channelId}`, { accessToken: 'revoked' });
    const message = await write('Hello');
    const failed = await toBe(message, 'failed');
    expect(failed.error).toMatchObject({ code: '190', title: 'Invalid OAuth access token' });
    expect(await channel()).toMatchObject({ status: 'auth-revoked' });
    expect(host.graph.refusals.splice(0)).toMatchObject([{ code: 190 }]);

    const patched = await tenant.call('PATCH', `/api/v1/channels/${tenant.channelId}`, {
      accessToken: GRAPH_TOKEN,
    });
    expect(patched.body).toMatchObject({ status: 'active' });
    await idle(host, tenant);
    const [letter] = await deadLetters();
    expect((await replay(letter)).status).toBe(200);
    await toBe(message, 'sent');
    expect(sent()).toEqual(['Hello']);
  });
});

describe('a send whose answer is lost', () => {
  it('is not sent twice when a status proves that it was taken', async () => {
    hear({ beforeAnswer: true });
    host.graph.dropNext(1, 'after');
    const message = await write('Exactly once');
    const read = await toBe(message, 'read');
    await idle(host, tenant);
    expect(sent()).toEqual(['Exactly once']);
    expect(read.externalId).toBe(host.graph.messages[0]?.id);
    expect(await deadLetters()).toEqual([]);
  });

  it('is sent again without a status, after the wait, and counted as a possible copy', async () => {
    const before = await repeated();
    host.graph.dropNext(1, 'after');
    const message = await write('At least once');
    await toBe(message, 'sent');
    await idle(host, tenant);
    const copies = host.graph.messages.filter(({ to }) => to === from);
    expect(copies.map(({ text }) => text)).toEqual(['At least once', 'At least once']);
    expect((copies[1]?.at ?? 0) - (copies[0]?.at ?? 0)).toBeGreaterThanOrEqual(UNKNOWN_WAIT_MS - 50);
    expect(await repeated()).toBe(before + 1);
  });

  it('again and again is given up after as many tries as any other, not sent for ever', async () => {
    host.graph.dropNext(20, 'after');
    const message = await write('Not for ever');
    expect(await toBe(message, 'failed')).toMatchObject({
      error: { detail: expect.stringContaining('may have been sent') as unknown },
    });
    await idle(host, tenant);
    expect(sent()).toHaveLength(ATTEMPTS);
    expect(await deadLetters()).toHaveLength(1);
  });

  it('is not proven by a late status of a copy before it', async () => {
    host.graph.dropNext(1, 'after');
    await toBe(await write('First'), 'sent');
    const [lost] = host.graph.messages;
    const statuses = [
      statusOf(lost?.id ?? '', 'sent', {
        recipient_id: from,
        timestamp: String(Math.floor((lost?.at ?? 0) / 1000) - 60),
      }),
      statusOf(lost?.id ?? '', 'read', {
        recipient_id: from,
        timestamp: String(Math.floor(Date.now() / 1000) + 60),
      }),
    ];
    const hook = `${host.url}/webhooks/meta/whatsapp`;
    expect(await postSigned(hook, APP_SECRET, postOf(valueOf(tenant.phoneNumberId, { statuses })))).toBe(200);
    await idle(host, tenant);
    host.graph.dropNext(1, 'before');
    await toBe(await write('Second'), 'sent');
    expect(sent()).toEqual(['First', 'First', 'Second']);
  });

  it('and that a person took over meanwhile: what the customer has is not called dropped', async () => {
    hear({ statuses: ['sent'], beforeAnswer: true });
    await tenant.post(`/api/v1/threads/${thread.id}/release`);
    host.graph.dropNext(1, 'after');
    await tenant.whatsapp(from, 'What do you offer?');
    await host.graph.waitForMessages(1, { to: from });
    expect((await tenant.post(`/api/v1/threads/${thread.id}/assign`)).status).toBe(200);
    await idle(host, tenant);
    await host.graph.webhooksSettled();
    await idle(host, tenant);
    expect((await messagesOf(tenant, thread.id)).at(-1)).toMatchObject({
      author: { kind: 'assistant' },
      status: 'sent',
    });
    expect(sent()).toHaveLength(1);
  });
});

describe('the messages of a thread', () => {
  it('keep their order while the first is tried again', async () => {
    host.graph.failNext(2, { status: 500, code: 1, message: 'An unknown error occurred' });
    const lines = ['one', 'two', 'three', 'four'];
    for (const line of lines) await write(line);
    await host.graph.waitForMessages(4, { to: from });
    await idle(host, tenant);
    expect(sent()).toEqual(lines);
    const statuses = (await messagesOf(tenant, thread.id)).filter(({ author }) => author.kind === 'agent');
    expect(statuses.map(({ text, status }) => [text, status])).toEqual(lines.map((line) => [line, 'sent']));
  });

  it('keep their order when the answer to the first is lost', async () => {
    host.graph.dropNext(1, 'before');
    for (const line of ['one', 'two', 'three']) await write(line);
    await host.graph.waitForMessages(3, { to: from });
    await idle(host, tenant);
    expect(sent()).toEqual(['one', 'two', 'three']);
  });

  it('do not wait for those of another thread', async () => {
    // Long enough for somebody to write and be answered, also on a slow machine.
    host.graph.failNext(1, { status: 429, code: 130429, message: 'Rate limit hit', retryAfterSeconds: 8 });
    const slow = await write('Held up');
    await eventually('the first try', async () => {
      const rows = await host.query(
        tenant.id,
        `SELECT 1 FROM message WHERE id = $1 AND status = 'queued' AND send_started_at IS NOT NULL`,
        [slow.id],
      );
      return rows.length > 0;
    });
    const somebody = newCustomer();
    await tenant.whatsapp(somebody, 'Hello');
    await host.graph.waitForMessages(1, { to: somebody });
    expect(sent()).toEqual([]);
    await toBe(slow, 'sent');
  });
});
