import { createHmac } from 'node:crypto';
import { SystemCipher } from '#libs/encryption';
import { newId } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { TestApp, VERIFY_TOKEN } from '../support/app.js';
import {
  idle,
  messagesOf,
  metric,
  newCustomer,
  postOf,
  statusOf,
  textFrom,
  threadOf,
  valueOf,
} from '../support/conversation.js';
import { postSigned } from '../support/fake-graph-api.js';
import { metaFixture } from '../support/meta-samples.js';
import type { TestTenant } from '../support/tenant.js';

interface Vector {
  name: string;
  app_secret: string;
  raw_body: string;
  x_hub_signature_256: string;
}

/** The one of the recorded signatures, so that they can be posted as they are. */
const SECRET = 'supersecret';
const VECTORS = metaFixture<{ vectors: Vector[] }>('x-hub-signature-256.vectors.json').vectors.filter(
  ({ app_secret, raw_body }) => app_secret === SECRET && raw_body.startsWith('{'),
);

let host: TestApp;
let tenant: TestTenant;
let hook: string;

beforeAll(async () => {
  host = await TestApp.start({ env: { META_APP_SECRET: SECRET, BODY_LIMIT_BYTES: '65536' } });
  tenant = await host.createTenant({ calendar: false });
  hook = `${host.url}/webhooks/meta/whatsapp`;
});

afterAll(() => host.stop());

const post = (raw: string, headers: Record<string, string>) =>
  fetch(hook, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: raw });
const sign = (raw: string, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
const problemOf = async (answer: Response) => ({
  status: answer.status,
  code: ((await answer.json()) as { code: string }).code,
});

/** How much is stored at all, whoever it belongs to. */
const storedRows = async (): Promise<number> => {
  const uow = host.app.get(UnitOfWork);
  const [row] = await uow.runAsSystem(() =>
    uow.query<{ n: number }>(
      `SELECT ((SELECT count(*) FROM inbound_event) + (SELECT count(*) FROM unrouted_event))::int AS n`,
    ),
  );
  return row?.n ?? -1;
};

describe('the handshake', () => {
  const ask = (query: string) => fetch(`${hook}?${query}`);

  it('echoes the challenge as plain text to who knows the token', async () => {
    const answer = await ask(`hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=1158201444`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('1158201444');
  });

  it.each([
    ['a wrong token', 'hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1'],
    ['no token', 'hub.mode=subscribe&hub.challenge=1'],
    ['another mode', `hub.mode=unsubscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=1`],
    ['no challenge', `hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}`],
    ['two challenges', `hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=1&hub.challenge=2`],
    ['nothing', ''],
  ])('refuses %s', async (_what, query) => {
    expect(await problemOf(await ask(query))).toEqual({ status: 403, code: 'channels.verify_token_wrong' });
  });
});

describe('a POST that is not from Meta, or not whole', () => {
  const body = () =>
    JSON.stringify(postOf(valueOf(tenant.phoneNumberId, { messages: [textFrom(newCustomer(), 'Hi')] })));

  it.each([
    ['no signature', () => ({})],
    [
      'the signature of another secret',
      (raw: string) => ({ 'x-hub-signature-256': sign(raw, 'another secret') }),
    ],
    ['the signature of another body', (raw: string) => ({ 'x-hub-signature-256': sign(`${raw} `) })],
    ['a signature without its scheme', (raw: string) => ({ 'x-hub-signature-256': sign(raw).slice(7) })],
    ['a signature cut short', (raw: string) => ({ 'x-hub-signature-256': sign(raw).slice(0, -2) })],
    ['an empty signature', () => ({ 'x-hub-signature-256': '' })],
    ['the old SHA-1 header alone', (raw: string) => ({ 'x-hub-signature': sign(raw) })],
  ])('is a 401 and stores nothing with %s', async (_what, headersOf) => {
    const before = await storedRows();
    const raw = body();
    expect(await problemOf(await post(raw, headersOf(raw)))).toEqual({
      status: 401,
      code: 'channels.signature_invalid',
    });
    expect(await storedRows()).toBe(before);
  });

  it('is refused when it is no JSON, no body, or too long, and stores nothing', async () => {
    const before = await storedRows();
    const answered = async (raw: string, headers: Record<string, string> = {}) =>
      problemOf(await post(raw, { 'x-hub-signature-256': sign(raw), ...headers }));
    expect(await answered('{"object":')).toEqual({ status: 400, code: 'http.malformed_json' });
    expect(await answered('')).toEqual({ status: 400, code: 'http.malformed_json' });
    expect(await answered(body(), { 'content-type': 'application/xml' })).toMatchObject({ status: 415 });
    const long = postOf(
      valueOf(tenant.phoneNumberId, { messages: [textFrom(newCustomer(), 'x'.repeat(70_000))] }),
    );
    expect(await answered(JSON.stringify(long))).toEqual({ status: 413, code: 'http.body_too_large' });
    expect(await storedRows()).toBe(before);
  });

  it.each([[{}], [[]], [null], ['text'], [7], [{ entry: 'none' }], [{ entry: [] }]])(
    'is taken and means nothing when it is signed and says %j',
    async (odd) => {
      const before = await storedRows();
      expect(await postSigned(hook, SECRET, JSON.stringify(odd))).toBe(200);
      expect(await storedRows()).toBe(before);
    },
  );

  it('is verified over the bytes as they came', async () => {
    const from = newCustomer();
    const pretty = JSON.stringify(
      postOf(valueOf(tenant.phoneNumberId, { messages: [textFrom(from, 'Grüße 👋')] })),
      null,
      3,
    );
    expect((await post(pretty, { 'x-hub-signature-256': sign(pretty) })).status).toBe(200);
    expect((await messagesOf(tenant, (await threadOf(tenant, from)).id))[0]?.text).toBe('Grüße 👋');
  });

  it.each(VECTORS)(
    'is known by a signature that others computed: $name',
    async ({ raw_body, x_hub_signature_256 }) => {
      expect((await post(raw_body, { 'x-hub-signature-256': x_hub_signature_256 })).status).toBe(200);
    },
  );
});

describe('an address that nobody here has', () => {
  it('is a 200, counted, and kept for a look', async () => {
    const unknown = `7${newId().replace(/\D/g, '').slice(0, 12)}`;
    const message = textFrom(newCustomer(), 'Is anybody there?');
    const counted = 'frontdesk_inbound_events_total{provider="meta-whatsapp",outcome="unrouted"}';
    const before = await metric(host, counted);
    const body = postOf(valueOf(unknown, { messages: [message] }));
    expect(await postSigned(hook, SECRET, body)).toBe(200);
    expect(await postSigned(hook, SECRET, body)).toBe(200);
    expect(await metric(host, counted)).toBe(before + 2);
    const uow = host.app.get(UnitOfWork);
    const rows = await uow.runAsSystem(() =>
      uow.query<{ external_id: string; payload: string }>(
        'SELECT external_id, payload FROM unrouted_event WHERE account = $1',
        [unknown],
      ),
    );
    expect(rows).toHaveLength(1);
    const { external_id, payload } = rows[0] ?? { external_id: '', payload: '' };
    expect(external_id).not.toContain(message.from);
    const rowId = JSON.stringify(['meta-whatsapp', unknown, external_id]);
    const place = { table: 'unrouted_event', column: 'payload', rowId };
    expect(JSON.parse(await host.app.get(SystemCipher).open(payload, place))).toMatchObject({
      kind: 'message',
      message,
    });
  });

  it('does not keep what it came with from those who are known', async () => {
    const from = newCustomer();
    const known = valueOf(tenant.phoneNumberId, { messages: [textFrom(from, 'Hello')] });
    expect(
      await postSigned(hook, SECRET, postOf(valueOf('70000', { messages: [textFrom(from, 'x')] }), known)),
    ).toBe(200);
    expect((await messagesOf(tenant, (await threadOf(tenant, from)).id))[0]?.text).toBe('Hello');
  });
});

describe('a POST that batches', () => {
  it('is cut into its messages and statuses, of several entries and businesses, in order', async () => {
    const other = await host.createTenant({ calendar: false });
    const [first, second, third] = [newCustomer(), newCustomer(), newCustomer()];
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            {
              field: 'messages',
              value: valueOf(tenant.phoneNumberId, {
                contacts: [
                  { profile: { name: 'Anna' }, wa_id: first },
                  { profile: { name: 'Bohdan' }, wa_id: second },
                ],
                messages: [textFrom(first, 'one'), textFrom(second, 'alone'), textFrom(first, 'two')],
              }),
            },
            {
              field: 'messages',
              value: valueOf(other.phoneNumberId, { messages: [textFrom(third, 'elsewhere')] }),
            },
          ],
        },
        {
          id: '2',
          changes: [
            {
              field: 'messages',
              value: valueOf(tenant.phoneNumberId, {
                messages: [textFrom(first, 'three')],
                statuses: [statusOf(`wamid.${newId()}`, 'sent')],
              }),
            },
          ],
        },
      ],
    };
    expect(await postSigned(hook, SECRET, body)).toBe(200);
    await Promise.all([idle(host, tenant), idle(host, other)]);
    const customerTexts = async (of: TestTenant, from: string) => {
      const thread = await threadOf(of, from);
      const messages = await messagesOf(of, thread.id);
      return {
        name: thread.customer.name,
        texts: messages.filter((m) => m.direction === 'inbound').map((m) => m.text),
      };
    };
    expect(await customerTexts(tenant, first)).toEqual({ name: 'Anna', texts: ['one', 'two', 'three'] });
    expect(await customerTexts(tenant, second)).toEqual({ name: 'Bohdan', texts: ['alone'] });
    expect(await customerTexts(other, third)).toEqual({ name: null, texts: ['elsewhere'] });
  });
});

describe('while the database is away', () => {
  it('answers 503 with Retry-After, and the redelivery is stored once and answered once', async () => {
    const from = newCustomer();
    const body = JSON.stringify(
      postOf(valueOf(tenant.phoneNumberId, { messages: [textFrom(from, 'Hello?')] })),
    );
    const system = host.app.get(SystemFunctions);
    const call = system.call.bind(system);
    const down = jest
      .spyOn(system, 'call')
      .mockImplementation((name, args) =>
        name === 'store_inbound'
          ? Promise.reject(
              Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
            )
          : call(name, args),
      );
    const before = await storedRows();
    const refused = await post(body, { 'x-hub-signature-256': sign(body) });
    expect(await problemOf(refused)).toEqual({ status: 503, code: 'http.unavailable' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await storedRows()).toBe(before);

    down.mockRestore();
    expect(await postSigned(hook, SECRET, body)).toBe(200);
    await host.graph.waitForMessages(1, { to: from });
    await idle(host, tenant);
    expect(host.graph.messages.filter(({ to }) => to === from)).toHaveLength(1);
  });
});
