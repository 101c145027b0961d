import type { ProviderFailure } from '#libs/kernel';
import { FakeOpenAi, reply, type FakeReply } from '../../../../../test/support/fake-openai.js';
import { ask, failureOf, raw, said } from '../../../../../test/support/model-requests.js';
import { OpenAiModel, type OpenAiOptions } from './openai-model.js';

let openai: FakeOpenAi;

beforeAll(async () => {
  openai = await FakeOpenAi.start({ apiKey: 'sk-test-1234567890' });
});
beforeEach(() => openai.reset());
afterAll(() => openai.stop());

const model = (options: Partial<OpenAiOptions> = {}): OpenAiModel =>
  new OpenAiModel({
    apiKey: 'sk-test-1234567890',
    baseUrl: openai.url,
    timeoutMs: 30_000,
    attempts: 3,
    baseDelayMs: 1,
    ...options,
  });

/** Of an attempt that is to be given up; what is answered at once is answered by then on a slow machine too. */
const SHORT_MS = 1_000;

describe('failures', () => {
  const error = (status: number, body: object) =>
    reply.http(status, { error: { message: 'Some words', ...body } });

  it.each<[string, FakeReply, ProviderFailure, number]>([
    ['400', error(400, {}), 'rejected', 1],
    [
      '401',
      error(401, { code: 'invalid_api_key', message: 'Incorrect API key: sk-test-1234567890' }),
      'auth-revoked',
      1,
    ],
    ['402, no credit', error(402, { code: 402 }), 'auth-revoked', 1],
    ['403', error(403, {}), 'auth-revoked', 1],
    ['403 of a guardrail', error(403, { code: 403, metadata: { patterns: ['x'] } }), 'rejected', 1],
    ['404', error(404, {}), 'rejected', 1],
    ['408', error(408, {}), 'transient', 3],
    ['413', error(413, {}), 'rejected', 1],
    ['422', error(422, {}), 'rejected', 1],
    ['429', reply.rateLimited(), 'rate-limited', 3],
    ['429, quota used up', error(429, { code: 'insufficient_quota' }), 'auth-revoked', 1],
    ['500', reply.serverError(), 'transient', 3],
    ['502', reply.serverError(502), 'transient', 3],
    ['524', reply.serverError(524), 'transient', 3],
    ['529', reply.serverError(529), 'transient', 3],
    ['500 of a proxy', reply.http(500, '<html>'), 'transient', 3],
    ['an error in a 200', reply.http(200, { error: { code: 429, message: 'slow down' } }), 'rate-limited', 3],
    ['an error in a 200 without a status', reply.http(200, { error: { message: 'hm' } }), 'transient', 3],
    [
      'an error in the choice',
      raw({ finish_reason: 'error', error: { code: 400, message: 'bad' } }),
      'rejected',
      1,
    ],
    ['no choices', raw(null), 'transient', 3],
    ['a choice without a message', raw({ index: 0 }), 'transient', 3],
    ['a choice that broke off', raw({ message: { content: 'x' }, finish_reason: 'error' }), 'transient', 3],
    ['nothing said', said({ content: null }), 'transient', 3],
    ['a body that is no JSON', reply.http(200, '{"choices": ['), 'transient', 3],
    ['a page', reply.http(200, '<html>', { 'content-type': 'text/html' }), 'transient', 3],
    ['a list', reply.http(200, []), 'transient', 3],
    ['a connection that breaks', reply.drop(), 'transient', 3],
  ])('%s is asked again where that may help', async (_name, scripted, failure, attempts) => {
    openai.handler = () => scripted;
    const thrown = await failureOf(model().complete(ask()));
    expect([thrown.failure, openai.requests.length, thrown.provider]).toEqual([failure, attempts, 'openai']);
    expect(thrown.details.title).toBeTruthy();
    expect(JSON.stringify([thrown.message, thrown.details])).not.toContain('sk-test');
  });

  it('the last failure is the one that is thrown', async () => {
    openai.script(reply.serverError(), reply.serverError(), reply.rateLimited());
    expect((await failureOf(model().complete(ask()))).failure).toBe('rate-limited');
  });

  it('a failure that passes is not seen', async () => {
    openai.script(reply.serverError(503), reply.drop(), reply.text('Here I am.'));
    expect((await model().complete(ask())).text).toBe('Here I am.');
    expect(openai.requests).toHaveLength(3);
  });

  it('waits between attempts, longer each time', async () => {
    openai.handler = () => reply.serverError();
    await failureOf(model({ baseDelayMs: 20 }).complete(ask()));
    const [first = 0, second = 0, third = 0] = openai.times;
    expect(second - first).toBeGreaterThanOrEqual(19);
    expect(third - second).toBeGreaterThanOrEqual(39);
  });

  it('waits as long as it is told to', async () => {
    openai.script(
      reply.http(429, { error: { message: 'slow' } }, { 'retry-after-ms': '80' }),
      reply.text('ok'),
    );
    expect((await model().complete(ask())).text).toBe('ok');
    const [first = 0, second = 0] = openai.times;
    expect(second - first).toBeGreaterThanOrEqual(79);
  });

  it('leaves a longer wait to the caller', async () => {
    openai.script(reply.rateLimited(120));
    const thrown = await failureOf(model({ maxElapsedMs: 1000 }).complete(ask()));
    expect([thrown.failure, thrown.details.retryAfterMs, openai.requests.length]).toEqual([
      'rate-limited',
      120_000,
      1,
    ]);
  });

  it('gives up when the time is over, however many attempts are left', async () => {
    openai.handler = () => reply.serverError();
    const startedAt = performance.now();
    await failureOf(model({ attempts: 50, baseDelayMs: 20, maxElapsedMs: 150 }).complete(ask()));
    expect(openai.requests.length).toBeLessThan(8);
    // All 50 of them would take for ever.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('an attempt that takes too long is given up and made again', async () => {
    openai.script(reply.hang(), reply.text('late'));
    expect((await model({ timeoutMs: SHORT_MS }).complete(ask())).text).toBe('late');
    openai.handler = () => reply.hang();
    const thrown = await failureOf(model({ timeoutMs: SHORT_MS, attempts: 2 }).complete(ask()));
    expect([thrown.failure, thrown.details.code, openai.requests.length]).toEqual([
      'transient',
      'timeout',
      4,
    ]);
  });

  it('a body that stalls after its headers is given up too', async () => {
    openai.script(reply.stall(), reply.text('late'));
    expect((await model({ timeoutMs: SHORT_MS }).complete(ask())).text).toBe('late');
    openai.script(reply.stall());
    const thrown = await failureOf(model({ timeoutMs: SHORT_MS, attempts: 1 }).complete(ask()));
    expect([thrown.failure, thrown.details.code]).toEqual(['transient', 'timeout']);
  });

  it('stops when the caller does, and does not ask again', async () => {
    const controller = new AbortController();
    openai.handler = () => reply.hang();
    const work = failureOf(model().complete(ask({ signal: controller.signal })));
    await openai.waitForRequests(1);
    controller.abort();
    expect(await work).toMatchObject({ failure: 'transient', details: { code: 'cancelled' } });
    expect(openai.requests).toHaveLength(1);
    const before = await failureOf(model().complete(ask({ signal: AbortSignal.abort() })));
    expect([before.details.code, openai.requests.length]).toEqual(['cancelled', 1]);
  });

  it('nobody listens', async () => {
    const thrown = await failureOf(model({ baseUrl: 'http://127.0.0.1:65535/v1' }).complete(ask()));
    expect([thrown.failure, thrown.details.code]).toEqual(['transient', 'connection']);
  });
});

describe('probe', () => {
  it('asks for the models, once in a while, and once for all who ask at a time', async () => {
    const probed = model({ probeCacheMs: 10_000 });
    expect(await Promise.all([probed.probe(), probed.probe()])).toEqual(['connected', 'connected']);
    openai.modelsStatus = 500;
    expect(await probed.probe()).toBe('connected');
    expect(openai.modelsRequests).toBe(1);
    const impatient = model({ probeCacheMs: 0 });
    expect(await impatient.probe()).toBe('error');
    openai.modelsStatus = 200;
    expect(await impatient.probe()).toBe('connected');
  });

  it('is an error with a wrong key or without a server', async () => {
    expect(await model({ apiKey: 'sk-wrong' }).probe()).toBe('error');
    expect(await model({ baseUrl: 'http://127.0.0.1:65535/v1' }).probe()).toBe('error');
    expect(model().mode).toBe('remote');
  });
});
