import { ProviderError, type ProviderFailure } from '#libs/kernel';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeGraphApi } from '../../../../../test/support/fake-graph-api.js';
import { metaFixture } from '../../../../../test/support/meta-samples.js';
import type { ChannelAccount, OutboundMessage } from '../../../domain/channel-adapter.js';
import { maxTextLength, MetaWhatsAppAdapter } from './meta-whatsapp.adapter.js';

const account: ChannelAccount = {
  tenantId: '019a0000-0000-7000-8000-000000000001',
  channelId: '019a0000-0000-7000-8000-000000000002',
  account: '106540352242922',
  credentials: { accessToken: 'test-token' },
};
const message = (rest: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: '019a0000-0000-7000-8000-000000000003',
  to: '16505551234',
  text: 'Your slot is held.',
  ...rest,
});

const failureOf = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw error;
  return error;
};

describe('MetaWhatsAppAdapter against the fake Graph API', () => {
  let graph: FakeGraphApi;
  let adapter: MetaWhatsAppAdapter;

  beforeAll(async () => {
    graph = await FakeGraphApi.start({ phoneNumberIds: [account.account] });
    adapter = new MetaWhatsAppAdapter({
      graphUrl: `${graph.url}/`,
      graphVersion: 'v23.0',
      timeoutMs: 30_000,
    });
  });
  beforeEach(() => graph.reset());
  afterAll(() => graph.stop());

  it('sends a text that the schema accepts, and answers the wamid', async () => {
    const receipt = await adapter.send(account, message());
    expect(graph.messages.map((sent) => sent.body)).toEqual([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '16505551234',
        type: 'text',
        text: { body: 'Your slot is held.', preview_url: false },
      },
    ]);
    expect(receipt).toEqual({ providerMessageId: graph.messages[0]?.id, status: 'sent' });
  });

  it.each(['wamid.HBg=', 'msg:16505551234:text:wamid.HBg='])('quotes %s by its wamid', async (replyTo) => {
    await adapter.send(account, message({ replyTo }));
    expect(graph.messages[0]?.replyTo).toBe('wamid.HBg=');
  });

  it('quotes nothing that Meta gave no id for', async () => {
    await adapter.send(account, message({ replyTo: 'sha256-00' }));
    expect(graph.messages[0]?.body).not.toHaveProperty('context');
  });

  it('addresses a business-scoped id by `recipient`, for `to` would lose the message in silence', async () => {
    await adapter.send(account, message({ to: 'US.13491208655302741918' }));
    expect(graph.messages[0]?.body).toMatchObject({ recipient: 'US.13491208655302741918' });
    expect(graph.messages[0]?.body).not.toHaveProperty('to');
  });

  it('sends the longest text, and rejects a longer or an empty one without asking Meta', async () => {
    await adapter.send(account, message({ text: 'я'.repeat(maxTextLength) }));
    const long = await failureOf(adapter.send(account, message({ text: 'x'.repeat(maxTextLength + 1) })));
    const empty = await failureOf(adapter.send(account, message({ text: ' \n' })));
    expect([long.details.code, empty.details.code]).toEqual(['text_too_long', 'text_empty']);
    expect([long.failure, empty.failure]).toEqual(['rejected', 'rejected']);
    expect(graph.requests).toHaveLength(1);
    expect(graph.refusals).toEqual([]);
  });

  it('reports a missing and a wrong token as revoked, and never repeats it', async () => {
    const missing = await failureOf(adapter.send({ ...account, credentials: {} }, message()));
    const wrong = await failureOf(
      adapter.send({ ...account, credentials: { accessToken: 'EAAsecret' } }, message()),
    );
    expect([missing.failure, wrong.failure]).toEqual(['auth-revoked', 'auth-revoked']);
    expect(wrong.details.code).toBe('190');
    expect(JSON.stringify([wrong.message, wrong.details])).not.toContain('EAAsecret');
  });

  it.each<[number, number, ProviderFailure]>([
    [400, 131047, 'rejected'],
    [400, 131056, 'rate-limited'],
    [429, 80007, 'rate-limited'],
    [500, 131000, 'transient'],
    [503, 2, 'transient'],
    [401, 190, 'auth-revoked'],
  ])('%i with code %i is %s', async (status, code, failure) => {
    graph.failNext(1, { status, code, message: `(#${code}) Some title`, retryAfterSeconds: 3 });
    const error = await failureOf(adapter.send(account, message()));
    expect(error).toMatchObject({
      failure,
      details: { status, code: String(code), title: 'Some title', retryAfterMs: 3000 },
    });
    expect(graph.messages).toHaveLength(0);
  });

  it('an unknown phone number is rejected, a wrong version too', async () => {
    expect((await failureOf(adapter.send({ ...account, account: '1' }, message()))).details.code).toBe('803');
    const old = new MetaWhatsAppAdapter({ graphUrl: graph.url, graphVersion: 'v1.0' });
    expect((await failureOf(old.send(account, message()))).failure).toBe('rejected');
  });

  it('does not know what happened when the connection breaks after the request', async () => {
    graph.dropNext(1, 'after');
    expect((await failureOf(adapter.send(account, message()))).failure).toBe('unknown-outcome');
    expect(graph.messages).toHaveLength(1);
    graph.dropNext(1, 'before');
    expect((await failureOf(adapter.send(account, message()))).failure).toBe('unknown-outcome');
    expect(graph.messages).toHaveLength(1);
  });

  it('does not know what happened when no answer comes in time', async () => {
    graph.holdNext(1);
    // The request is there by then, also on a slow machine.
    const hasty = new MetaWhatsAppAdapter({ graphUrl: graph.url, graphVersion: 'v23.0', timeoutMs: 1_000 });
    const error = await failureOf(hasty.send(account, message()));
    expect(error).toMatchObject({ failure: 'unknown-outcome', details: { code: 'timeout' } });
    await graph.waitForMessages(1);
  });

  it('shows typing by marking the customer’s message as read, and never throws', async () => {
    await adapter.showTyping(account, '16505551234', 'msg:16505551234:text:wamid.HBg=');
    await adapter.showTyping(account, '16505551234', null);
    expect(graph.requests.map(({ kind, body }) => [kind, body])).toEqual([
      [
        'read',
        {
          messaging_product: 'whatsapp',
          status: 'read',
          message_id: 'wamid.HBg=',
          typing_indicator: { type: 'text' },
        },
      ],
    ]);
    await adapter.showTyping({ ...account, credentials: {} }, '1', 'wamid.HBg=');
    await adapter.showTyping({ ...account, credentials: { accessToken: 'wrong' } }, '1', 'wamid.HBg=');
  });

  it('opens a service window of 24 hours and interprets with the time of arrival', () => {
    expect(adapter.maxTextLength).toBe(4096);
    const payload = { kind: 'status', status: { id: 'wamid.1', status: 'read', timestamp: 'never' } };
    const receivedAt = new Date('2026-11-20T10:00:00Z');
    expect(adapter.interpret(payload, receivedAt)).toMatchObject({ fact: 'status', at: receivedAt });
    const clocked = new MetaWhatsAppAdapter({
      graphUrl: '',
      graphVersion: '',
      clock: { now: () => receivedAt },
    });
    expect(clocked.interpret(payload)).toMatchObject({ fact: 'status', at: receivedAt });
  });
});

describe('MetaWhatsAppAdapter and answers that are odd', () => {
  const answering = (status: number, body: unknown): MetaWhatsAppAdapter =>
    new MetaWhatsAppAdapter({
      graphUrl: 'http://graph.test',
      graphVersion: 'v23.0',
      fetch: () =>
        Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })),
    });

  it.each(
    Object.entries(
      metaFixture<Record<string, { messages?: { id: string }[] }>>('send-responses.json'),
    ).filter(([, body]) => body.messages),
  )('reads the official answer %s', async (_name, body) => {
    await expect(answering(200, body).send(account, message())).resolves.toEqual({
      providerMessageId: body.messages?.[0]?.id,
      status: 'sent',
    });
  });

  it.each([['<html>'], [''], [{}], [{ messages: [] }], [{ messages: [{}] }], [[]], ['null']])(
    'a 200 with %j may have sent the message',
    async (body) => {
      expect((await failureOf(answering(200, body).send(account, message()))).failure).toBe(
        'unknown-outcome',
      );
    },
  );

  it('does not follow a redirect with the token', async () => {
    const seen: string[] = [];
    const server: Server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await failureOf(
      new MetaWhatsAppAdapter({ graphUrl, graphVersion: 'v23.0' }).send(account, message()),
    );
    expect([error.failure, error.details.status, seen]).toEqual([
      'rejected',
      307,
      ['/v23.0/106540352242922/messages'],
    ]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('nothing was sent when nobody listens, or the name is unknown', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const graphUrl of [`http://127.0.0.1:${port}`, 'http://graph.invalid']) {
      const error = await failureOf(
        new MetaWhatsAppAdapter({ graphUrl, graphVersion: 'v23.0' }).send(account, message()),
      );
      expect(error.failure).toBe('transient');
    }
  });

  it('a token with a newline, or a URL that is none, is rejected here', async () => {
    const broken = { ...account, credentials: { accessToken: 'EAA\nsecret' } };
    const adapter = new MetaWhatsAppAdapter({ graphUrl: 'http://127.0.0.1:1', graphVersion: 'v23.0' });
    expect((await failureOf(adapter.send(broken, message()))).details.code).toBe('invalid_request');
    const nowhere = new MetaWhatsAppAdapter({ graphUrl: 'graph', graphVersion: 'v23.0' });
    expect((await failureOf(nowhere.send(account, message()))).details.code).toBe('invalid_request');
  });

  it('puts account and version into the path escaped', async () => {
    const urls: string[] = [];
    const adapter = new MetaWhatsAppAdapter({
      graphUrl: 'http://graph.test',
      graphVersion: 'v23.0',
      fetch: (url) => {
        urls.push(url instanceof Request ? url.url : url.toString());
        return Promise.resolve(Response.json({ messages: [{ id: 'wamid.1' }] }));
      },
    });
    await adapter.send({ ...account, account: '../me?x=' }, message());
    expect(urls).toEqual(['http://graph.test/v23.0/..%2Fme%3Fx%3D/messages']);
  });
});
