import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import {
  type CallOptions,
  type ClientOptions,
  Frontdesk,
  iterate,
  ProblemError,
  verifyWebhook,
  WebhookVerificationError,
} from '../../sdk/typescript/src/index.js';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

const refusal = async (work: Promise<unknown>): Promise<ProblemError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProblemError) return error;
  throw new Error(`Not refused with a problem: ${String(error)}`);
};

describe('the TypeScript client', () => {
  let app: TestApp;
  let tenant: TestTenant;
  let api: Frontdesk;
  const service = (name: string) => ({
    body: { name, durationMinutes: 45, price: { amount: 2500, currency: 'EUR' } },
  });

  beforeAll(async () => {
    app = await TestApp.start();
    tenant = await app.createTenant();
    const anonymous = new Frontdesk({ baseUrl: app.url });
    const tokens = await anonymous.logIn({ body: { email: tenant.email, password: tenant.password } });
    if (!('accessToken' in tokens)) throw new Error('A second factor was asked for.');
    api = new Frontdesk({ baseUrl: app.url, token: () => tokens.accessToken });
  }, 60_000);
  afterAll(() => app.stop());

  it('logs in, creates and reads', async () => {
    const created = await api.createService(service('Blow-dry'));
    expect(created).toMatchObject({ name: 'Blow-dry', durationMinutes: 45, version: 1 });
    expect(await api.getService({ path: { id: created.id } })).toEqual(created);
  });

  it('creates once for one key', async () => {
    const options: CallOptions = { idempotencyKey: 'sdk-once' };
    const first = await api.createService(service('Colour'), options);
    const second = await api.createService(service('Colour'), options);
    expect(second.id).toBe(first.id);
    const mismatch = await refusal(api.createService(service('Other colour'), options));
    expect(mismatch).toMatchObject({ status: 422, code: 'http.idempotency_mismatch' });
  });

  it('creates twice for two calls, each with a key of its own', async () => {
    const [a, b] = [await api.createService(service('Perm')), await api.createService(service('Perm two'))];
    expect(a.id).not.toBe(b.id);
  });

  it('walks a list page by page', async () => {
    const asked: unknown[] = [];
    const names: string[] = [];
    const list = (page: { startingAfter?: string }) => {
      asked.push(page);
      return api.listServices({ query: { ...page, limit: 2 } });
    };
    for await (const { name } of iterate(list)) names.push(name);
    expect(names).toEqual(expect.arrayContaining(['Blow-dry', 'Colour', 'Perm', 'Perm two']));
    expect(new Set(names).size).toBe(names.length);
    expect(asked).toHaveLength(Math.ceil(names.length / 2));
  });

  it('throws problems with their code and the place of each fault', async () => {
    const problem = await refusal(api.createService(service('')));
    expect(problem).toMatchObject({ status: 422, code: 'http.validation_failed' });
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/name' })]);
    expect(problem.problem.traceId).not.toBe('');
    const anonymous = new Frontdesk({ baseUrl: app.url });
    expect(await refusal(anonymous.getMe())).toMatchObject({ status: 401, code: 'auth.token_missing' });
  });

  it('refuses to overwrite what somebody else has changed', async () => {
    const { id, version } = await api.createService(service('Trim'));
    const path = { id };
    const changed = await api.updateService({ path, body: { name: 'Trim I' } }, { ifMatch: version });
    expect(changed).toMatchObject({ name: 'Trim I', version: version + 1 });
    const late = await refusal(api.updateService({ path, body: { name: 'Trim II' } }, { ifMatch: version }));
    expect(late.status).toBe(412);
    expect((await api.getService({ path })).name).toBe('Trim I');
  });

  it('reads answers without a body and answers of text', async () => {
    expect(await api.getMetrics()).toContain('# HELP');
  });

  it('never sends a path with a hole in it', async () => {
    await expect(api.getService({ path: { id: '' } })).rejects.toThrow('path.id is missing');
    await expect(api.getService({ path: { id: '..' } })).rejects.toThrow('path.id is missing');
  });
});

describe('the retries of the TypeScript client', () => {
  interface Answer {
    status: number;
    headers?: Record<string, string>;
  }
  const BOOKING = { body: { name: 'A', durationMinutes: 5, price: { amount: 1, currency: 'EUR' } } };

  /** A server that answers these in turn, the last one for ever; `cut` breaks the connection. */
  const against = async (
    answers: (Answer | 'cut')[],
    work: (api: Frontdesk) => Promise<unknown>,
    options: Partial<ClientOptions> = {},
  ) => {
    const keys: unknown[] = [];
    const waits: number[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key']);
      const answer = answers[Math.min(keys.length, answers.length) - 1]!;
      if (answer === 'cut') return void request.socket.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.status < 300 ? '{"id":"1"}' : 'not a problem');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const sleep = async (ms: number) => void waits.push(ms);
    const api = new Frontdesk({ baseUrl: `http://127.0.0.1:${port}`, sleep, ...options });
    const outcome = await work(api).catch((error: unknown) => error);
    await new Promise((done) => server.close(done));
    return { keys, waits, outcome };
  };
  const busy = { status: 503, headers: { 'retry-after': '7' } };
  const fine = { status: 200 };

  it('come when Retry-After says, with the same key', async () => {
    const limited = { status: 429, headers: { 'retry-after': '2' } };
    const { keys, waits, outcome } = await against([limited, busy, fine], (api) =>
      api.createService(BOOKING),
    );
    expect(outcome).toEqual({ id: '1' });
    expect(waits).toEqual([2000, 7000]);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('come after a broken connection', async () => {
    const { outcome, keys } = await against(['cut', fine], (api) => api.createService(BOOKING));
    expect(outcome).toEqual({ id: '1' });
    expect(keys[0]).toBe(keys[1]);
  });

  it('end, and tell what was answered even when it is no problem', async () => {
    const { keys, outcome } = await against([busy], (api) => api.getMe());
    expect(keys).toHaveLength(3);
    expect(outcome).toMatchObject({ status: 503, code: 'http.status_503', retryAfterSeconds: 7 });
  });

  it('do not come for what could have its effect twice', async () => {
    const send = (api: Frontdesk) => api.logIn({ body: { email: 'a@b.example', password: 'x' } });
    expect((await against([busy, fine], send)).keys).toHaveLength(1);
    expect((await against(['cut', fine], send)).keys).toHaveLength(1);
  });

  it('do not come when the wait is longer than one will wait', async () => {
    const { keys } = await against([busy, fine], (api) => api.getMe(), { longestWaitMs: 6_999 });
    expect(keys).toHaveLength(1);
  });

  it('do not come for other refusals', async () => {
    expect((await against([{ status: 409 }, fine], (api) => api.getMe())).keys).toHaveLength(1);
  });
});

describe('verifyWebhook', () => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  const body = JSON.stringify({ type: 'calendar.booking.confirmed.v1', data: { bookingId: '1' } });
  const headers = (at = new Date()) => ({
    'Webhook-Id': 'evt',
    'Webhook-Timestamp': String(Math.floor(at.getTime() / 1000)),
    'Webhook-Signature': new Webhook(secret).sign('evt', at, body),
  });

  it('answers the event, typed by its type', () => {
    const event = verifyWebhook(body, headers(), secret);
    if (event.type !== 'calendar.booking.confirmed.v1') throw new Error(event.type);
    expect(event.data.bookingId).toBe('1');
  });

  it('refuses another body, another secret and an old one', () => {
    const other = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
    expect(() => verifyWebhook(`${body} `, headers(), secret)).toThrow(WebhookVerificationError);
    expect(() => verifyWebhook(body, headers(), other)).toThrow(WebhookVerificationError);
    expect(() => verifyWebhook(body, headers(new Date(Date.now() - 301_000)), secret)).toThrow(
      WebhookVerificationError,
    );
  });
});
