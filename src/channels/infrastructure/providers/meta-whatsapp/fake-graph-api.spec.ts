import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeGraphApi, postSigned } from '../../../../../test/support/fake-graph-api.js';
import { metaFixture } from '../../../../../test/support/meta-samples.js';
import { interpretPayload } from './meta-interpreter.js';
import { splitWebhook } from './meta-webhook.js';

const text = (to: string, body: string) => ({
  messaging_product: 'whatsapp',
  to,
  type: 'text',
  text: { body },
});

describe('the fake Graph API', () => {
  let graph: FakeGraphApi;
  const post = (body: unknown, path = '/v23.0/106/messages') =>
    fetch(`${graph.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token', 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  beforeAll(async () => {
    graph = await FakeGraphApi.start();
  });
  beforeEach(() => graph.reset());
  afterAll(() => graph.stop());

  it.each(
    Object.entries(
      metaFixture<Record<string, { to?: string; type?: string; status?: string }>>('send-examples.json'),
    ).filter(([, body]) => body.type === 'text' || body.status === 'read'),
  )('accepts the official example %s', async (_name, body) => {
    const filled = body.to === undefined ? body : { ...body, to: '16505551234' };
    expect((await post(filled)).status).toBe(200);
    expect(graph.requests.map((request) => request.body)).toEqual([filled]);
  });

  it.each([
    ['{', 100],
    [{ ...text('1650555', 'x'), foo: 1 }, 100],
    [{ ...text('1650555', 'x'), text: { body: 'x', html: true } }, 100],
    [{ ...text('1650555', 'x'), type: 'image' }, 100],
    [text('US.1349', 'x'), 131009],
    [text('1650555', ''), 100],
  ])('refuses %j and says why', async (body, code) => {
    const answer = await post(body);
    expect([answer.status, (await answer.json()) as unknown]).toMatchObject([400, { error: { code } }]);
    expect(graph.requests).toEqual([]);
    expect(graph.refusals).toHaveLength(1);
  });

  it.each([
    ['/v22.0/106/messages', 400, 100],
    ['/v23.0/me/messages', 404, 803],
    ['/v23.0/106/media', 404, 100],
  ])('refuses %s', async (path, status, code) => {
    const answer = await post(text('1650555', 'x'), path);
    expect([answer.status, (await answer.json()) as unknown]).toMatchObject([status, { error: { code } }]);
  });

  it('waits for messages by their arrival, and tells what came when they do not', async () => {
    const waiting = graph.waitForMessages(2, { to: '1650555' });
    await Promise.all([post(text('1650555', 'a')), post(text('1650556', 'b'))]);
    await post(text('+1650555', 'c'));
    expect((await waiting).map((message) => message.text)).toEqual(['a', 'c']);
    await expect(graph.waitForMessages(3, { to: '1650555', timeoutMs: 20 })).rejects.toThrow(
      /wanted 3 message\(s\) to 1650555 within 20 ms; came:[^]*1650556: "b"/,
    );
  });

  it('fails messages as planned, but not "read"', async () => {
    graph.failNext(2, { status: 500, code: 2, message: 'later' });
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' };
    const statuses: number[] = [];
    for (const body of [text('1650555', 'a'), read, text('1650555', 'a'), text('1650555', 'a')]) {
      statuses.push((await post(body)).status);
    }
    expect(statuses).toEqual([500, 200, 500, 200]);
    expect([graph.messages.length, graph.refusals]).toEqual([1, []]);
  });

  it('posts signed status webhooks, doubled and out of order, before the answer when asked to', async () => {
    const received: { raw: string; signature: string }[] = [];
    const app = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          raw: Buffer.concat(chunks).toString(),
          signature: String(request.headers['x-hub-signature-256']),
        });
        response.end();
      });
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/webhooks`;
    const statuses = ['read', 'sent', 'delivered'];
    graph.sendStatusesTo({ url, appSecret: 's3', wabaId: 'waba', statuses, copies: 2, beforeAnswer: true });
    await post(text('1650555', 'a'));
    expect(received).toHaveLength(6);
    for (const { raw, signature } of received) {
      expect(signature).toBe(`sha256=${createHmac('sha256', 's3').update(raw).digest('hex')}`);
    }
    const facts = received
      .flatMap(({ raw }) => splitWebhook(JSON.parse(raw)))
      .map((i) => interpretPayload(i.payload, new Date()));
    expect(facts.map((fact) => (fact.fact === 'status' ? fact.status : fact))).toEqual([
      ...['read', 'read', 'sent', 'sent', 'delivered', 'delivered'],
    ]);
    expect(facts).toContainEqual(expect.objectContaining({ providerMessageId: graph.messages[0]?.id }));
    expect(graph.webhookAnswers).toEqual([200, 200, 200, 200, 200, 200]);
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
  });

  it('signs by the recorded vectors', async () => {
    interface Vectors {
      vectors: { app_secret: string; raw_body: string; x_hub_signature_256: string }[];
    }
    const seen: unknown[] = [];
    const app = createServer((request, response) => {
      seen.push(request.headers['x-hub-signature-256']);
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const { vectors } = metaFixture<Vectors>('x-hub-signature-256.vectors.json');
    const usable = vectors.filter(
      (vector) => vector.raw_body !== undefined && vector.app_secret !== undefined,
    );
    for (const { raw_body, app_secret } of usable) {
      await postSigned(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`, app_secret, raw_body);
    }
    expect(usable.length).toBeGreaterThan(2);
    expect(seen).toEqual(usable.map((vector) => vector.x_hub_signature_256));
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
  });
});
