import { Client } from 'pg';
import { buildOpenApi, IdempotencyPruner, openApiFaults, operationsOf } from '#libs/http';
import { newId } from '#libs/kernel';
import { TokenSigner } from '#libs/security';
import { testEngines } from '#libs/testing';
import { type AccessApp, bearer, createBusiness, logIn, startAccessApp } from '../support/access-app.js';
import { probe, PROBE_TABLE, ProbeController } from '../support/probe.controller.js';

describe('HTTP', () => {
  let started: AccessApp;
  let tenantId: string;
  let owner: { authorization: string };
  let agent: { authorization: string };
  let other: { authorization: string };
  let sql: Client;

  const get = (path: string, headers: Record<string, string> = {}) =>
    started.app.inject({ url: `/api/v1/probes${path}`, headers });
  const post = (payload: unknown, headers: Record<string, string> = {}, path = '') =>
    started.app.inject({
      method: 'POST',
      url: `/api/v1/probes${path}`,
      payload: payload as object,
      headers: { ...owner, ...headers },
    });
  const names = async () =>
    (await sql.query<{ name: string }>('SELECT name FROM probe ORDER BY id')).rows.map(({ name }) => name);

  beforeAll(async () => {
    started = await startAccessApp([ProbeController]);
    ({ tenantId } = await createBusiness(started, 'salon', ['agent']));
    await createBusiness(started, 'clinic');
    owner = bearer((await logIn(started, 'owner@salon.example')).accessToken);
    agent = bearer((await logIn(started, 'agent@salon.example')).accessToken);
    other = bearer((await logIn(started, 'owner@clinic.example')).accessToken);
    sql = new Client({ connectionString: started.database.url });
    await sql.connect();
    await sql.query(PROBE_TABLE);
  }, 60_000);
  afterAll(async () => {
    // PGlite keeps its one database for the next suite.
    await sql.query('DROP TABLE probe');
    await sql.end();
    await started.close();
  });
  beforeEach(async () => {
    probe.fail = null;
    probe.pause = null;
    await sql.query('DELETE FROM probe');
  });

  describe('access', () => {
    it('refuses a request without a token', async () => {
      const answer = await get('/context');
      expect(answer.json()).toMatchObject({ status: 401, code: 'auth.token_missing' });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="frontdesk"');
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    });

    it.each(['Basic abc', 'Bearer', 'Bearer a b', 'abc'])(
      'takes "%s" for no token',
      async (authorization) => {
        expect((await get('/context', { authorization })).json()).toMatchObject({
          code: 'auth.token_missing',
        });
      },
    );

    it('refuses a token that is made up or expired', async () => {
      const madeUp = await get('/context', bearer('a.b.c'));
      expect(madeUp.json()).toMatchObject({ status: 401, code: 'auth.token_invalid' });
      expect(madeUp.headers['www-authenticate']).toBe('Bearer realm="frontdesk", error="invalid_token"');
      const { accessToken } = started.app
        .get(TokenSigner, { strict: false })
        .sign({ personId: newId(), sessionId: newId(), tenantId, role: 'owner' });
      started.clock.pass(901_000);
      expect((await get('/context', bearer(accessToken))).json()).toMatchObject({
        status: 401,
        code: 'auth.token_expired',
      });
      started.clock.pass(-901_000);
    });

    it('names the permission that a role lacks', async () => {
      const answer = await get('/prices', agent);
      expect(answer.json()).toMatchObject({
        status: 403,
        code: 'auth.forbidden',
        permission: 'services:write',
      });
      expect(answer.headers['www-authenticate']).toContain(
        'error="insufficient_scope", scope="services:write"',
      );
      expect((await get('/prices', owner)).statusCode).toBe(200);
    });

    it('runs the handler in the context of who asks', async () => {
      const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
      const answer = await get('/context', {
        ...agent,
        traceparent: `00-${trace}-00f067aa0ba902b7-01`,
        'x-request-id': 'r-1',
      });
      expect(answer.json()).toMatchObject({ tenantId, kind: 'user', traceId: trace });
      expect(answer.headers['x-request-id']).toBe('r-1');
    });

    it('keeps concurrent requests of two tenants apart', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => get('/context', i % 2 ? owner : other)),
      );
      const tenants = answers.map((answer) => answer.json<{ tenantId: string }>().tenantId);
      expect(tenants.every((id, i) => (id === tenantId) === (i % 2 === 1))).toBe(true);
    });
  });

  describe('problems', () => {
    it('tells a refusal with its facts and its trace', async () => {
      const answer = await get('/failure', { 'x-request-id': 'r-2' });
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toEqual({
        type: 'urn:frontdesk:problem:probe.taken',
        title: 'Conflict',
        status: 409,
        code: 'probe.taken',
        detail: 'Take another.',
        traceId: 'r-2',
        alternatives: [1, 2],
      });
    });

    it('tells nothing of an unexpected error', async () => {
      probe.fail = new TypeError('secret of the house');
      const answer = await get('/failure');
      expect(answer.json()).toMatchObject({ status: 500, code: 'http.internal' });
      expect(answer.body).not.toContain('secret');
    });

    it('answers 503 with a pause when the database is gone', async () => {
      probe.fail = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
      const answer = await get('/failure');
      expect(answer.json()).toMatchObject({ status: 503, code: 'http.unavailable' });
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.body).not.toContain('10.0.0.7');
    });

    it('points to the faults of a body', async () => {
      const answer = await post({ name: 3, lines: [{ count: 1 }, { count: 'x', more: 1 }] });
      const { status, code, errors } = answer.json<{
        status: number;
        code: string;
        errors: { pointer: string }[];
      }>();
      expect([status, code]).toEqual([422, 'http.validation_failed']);
      expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(
        new Set(['/name', '/lines/1/count', '/lines/1/more']),
      );
    });

    it('names a wrong query parameter and a wrong path parameter', async () => {
      expect((await get('/list?limit=0')).json()).toMatchObject({
        status: 422,
        errors: [{ pointer: 'limit' }],
      });
      expect((await get('/list?what=1')).json()).toMatchObject({
        status: 422,
        errors: [{ pointer: 'what' }],
      });
      expect((await get('/list?limit=7')).json()).toEqual({ limit: 7 });
      expect((await get('/42')).json()).toMatchObject({ status: 422, errors: [{ pointer: 'id' }] });
    });

    it.each([
      ['malformed JSON', '{"name":', 'application/json', 400, 'http.malformed_json'],
      ['no JSON at all', '', 'application/json', 400, 'http.malformed_json'],
      ['a poisoned prototype', '{"__proto__":{"a":1}}', 'application/json', 400, 'http.malformed_json'],
      ['a list', '[]', 'application/json', 422, 'http.validation_failed'],
      ['another content type', '<a/>', 'application/xml', 415, 'http.unsupported_media_type'],
      [
        'too long a body',
        `{"name":"${'x'.repeat(1_100_000)}"}`,
        'application/json',
        413,
        'http.body_too_large',
      ],
    ])('refuses %s', async (_what, payload, type, status, code) => {
      const answer = await started.app.inject({
        method: 'POST',
        url: '/api/v1/probes',
        payload,
        headers: { ...owner, 'content-type': type },
      });
      expect(answer.json()).toMatchObject({ status, code });
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.headers['x-request-id']).toBeDefined();
    });

    it.each(['/api/v1/nothing', '/api/v1/probes/context/nothing', '/%zz'])(
      'answers %s with a problem',
      async (url) => {
        const answer = await started.app.inject({ url });
        expect([400, 404]).toContain(answer.statusCode);
        expect(answer.json()).toMatchObject({
          status: answer.statusCode,
          code: expect.stringMatching(/^http\./) as string,
        });
      },
    );

    it('keeps the bytes of a body for signatures', async () => {
      const payload = '{ "emoji": "\\ud83d\\udc4d" ,"b":1}';
      const answer = await started.app.inject({
        method: 'POST',
        url: '/api/v1/probes/raw',
        payload,
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.json()).toEqual({ raw: payload });
    });
  });

  describe('versions', () => {
    it('puts the version of a resource into ETag, and reads it from If-Match', async () => {
      const id = newId();
      expect((await get(`/${id}`)).headers['etag']).toBe('"3"');
      const put = (headers: Record<string, string>) =>
        started.app.inject({ method: 'PUT', url: `/api/v1/probes/${id}`, headers });
      expect((await put({ 'if-match': '"3"' })).json()).toEqual({ id, expected: 3 });
      expect((await put({})).json()).toEqual({ id, expected: null });
      expect((await put({ 'if-match': '3' })).json()).toMatchObject({
        status: 422,
        code: 'http.if_match_invalid',
      });
    });
  });

  describe('Idempotency-Key', () => {
    const key = () => ({ 'idempotency-key': newId() });

    it('answers a repetition what the first request got, and does nothing', async () => {
      const headers = key();
      const first = await post({ name: 'a' }, headers);
      expect(first.statusCode).toBe(201);
      expect(first.headers['idempotency-replayed']).toBeUndefined();
      const second = await post({ lines: [], name: 'a' }, headers);
      expect(second.statusCode).toBe(422);
      const third = await post({ name: 'a' }, headers);
      expect([third.statusCode, third.body]).toEqual([201, first.body]);
      expect([third.headers['idempotency-replayed'], third.headers['etag']]).toEqual(['true', '"1"']);
      expect(await names()).toEqual(['a']);
    });

    it('does not mind the order of members', async () => {
      const headers = key();
      await post({ name: 'a', lines: [] }, headers);
      expect((await post({ lines: [], name: 'a' }, headers)).headers['idempotency-replayed']).toBe('true');
    });

    it('refuses the key with another request', async () => {
      const headers = key();
      await post({ name: 'a' }, headers);
      expect((await post({ name: 'b' }, headers)).json()).toMatchObject({
        status: 422,
        code: 'http.idempotency_mismatch',
      });
      expect(await names()).toEqual(['a']);
    });

    it('refuses the key at another thing of the same kind, and with another query', async () => {
      const headers = key();
      expect((await post({}, headers, '/one/notes?limit=5')).json()).toEqual({ name: 'one', limit: 5 });
      for (const path of ['/two/notes?limit=5', '/one/notes?limit=6'])
        expect((await post({}, headers, path)).json()).toMatchObject({
          status: 422,
          code: 'http.idempotency_mismatch',
        });
      const again = await post({}, headers, '/one/notes?limit=5');
      expect([again.json(), again.headers['idempotency-replayed']]).toEqual([
        { name: 'one', limit: 5 },
        'true',
      ]);
    });

    it('has one effect however many repetitions come at once', async () => {
      const headers = key();
      const answers = await Promise.all(Array.from({ length: 15 }, () => post({ name: 'a' }, headers)));
      expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
      expect(answers.filter((answer) => answer.headers['idempotency-replayed'] === 'true')).toHaveLength(14);
      expect(await names()).toEqual(['a']);
    });

    it('forgets what failed, with its effect', async () => {
      const headers = key();
      probe.fail = new Unexpected();
      expect((await post({ name: 'a' }, headers)).statusCode).toBe(500);
      expect(await names()).toEqual([]);
      probe.fail = null;
      const second = await post({ name: 'a' }, headers);
      expect([second.statusCode, second.headers['idempotency-replayed']]).toEqual([201, undefined]);
      expect(await names()).toEqual(['a']);
    });

    it('belongs to one tenant', async () => {
      const headers = key();
      const ours = await post({ name: 'ours' }, headers);
      const theirs = await post({ name: 'theirs' }, { ...headers, ...other });
      expect([ours.statusCode, theirs.statusCode]).toEqual([201, 201]);
      expect(await names()).toEqual(['ours', 'theirs']);
    });

    it('repeats an answer without a body', async () => {
      const headers = key();
      const answers = [await post({}, headers, '/empty'), await post({}, headers, '/empty')];
      expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
        [204, ''],
        [204, ''],
      ]);
      expect(answers[1]?.headers['idempotency-replayed']).toBe('true');
    });

    it('is not needed, and does nothing when it is missing', async () => {
      await post({ name: 'a' });
      await post({ name: 'a' });
      expect(await names()).toEqual(['a', 'a']);
    });

    it.each(['with space', 'x'.repeat(256), 'é'])('refuses a key like %p', async (bad) => {
      expect((await post({ name: 'a' }, { 'idempotency-key': bad })).json()).toMatchObject({
        status: 422,
        code: 'http.idempotency_key_invalid',
      });
    });

    it('lives for a day', async () => {
      const headers = key();
      await post({ name: 'a' }, headers);
      started.clock.pass(86_401_000);
      owner = bearer((await logIn(started, 'owner@salon.example')).accessToken);
      const again = await post({ name: 'b' }, headers);
      expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
      started.clock.pass(-86_401_000);
      owner = bearer((await logIn(started, 'owner@salon.example')).accessToken);
      await sql.query(`UPDATE idempotency_key SET created_at = now() - interval '25 hours'`);
      expect(await started.app.get(IdempotencyPruner, { strict: false }).prune()).toBeGreaterThan(0);
      expect((await sql.query('SELECT 1 FROM idempotency_key')).rowCount).toBe(0);
    });

    const onRealEngines = testEngines().kind === 'real' ? it : it.skip;
    onRealEngines('tells who waits in vain that the first request is still at work', async () => {
      const headers = key();
      let finish: () => void = () => undefined;
      probe.pause = new Promise((resolve) => (finish = resolve));
      const first = post({ name: 'a' }, headers);
      const waiting = post({ name: 'a' }, headers);
      const refused = await Promise.race([first, waiting]);
      expect(refused.json()).toMatchObject({ status: 409, code: 'http.idempotency_in_flight' });
      expect(refused.headers['retry-after']).toBe('1');
      finish();
      const answers = await Promise.all([first, waiting]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
      expect(await names()).toEqual(['a']);
    });
  });

  describe('what it says of itself', () => {
    it('describes every operation with its refusals', () => {
      const whole = buildOpenApi(started.app);
      const keep = <T>(members: Record<string, T>, not: RegExp): Record<string, T> =>
        Object.fromEntries(Object.entries(members).filter(([name]) => !not.test(name)));
      // The probes are a test's, and the dead letters' DTOs get their schemas from the build.
      const document = {
        ...whole,
        paths: keep(whole.paths, /probes|dead-letters/),
        components: { schemas: keep(whole.components?.schemas ?? {}, /DeadLetter|Probe|Line/) },
      };
      expect(document.openapi).toBe('3.1.0');
      expect(openApiFaults(document)).toEqual([]);
      const operations = Object.fromEntries(
        [...operationsOf(document)].map(({ operation }) => [operation.operationId, operation]),
      );
      expect(Object.keys(operations)).toEqual(
        expect.arrayContaining(['getHealth', 'getMe', 'logIn', 'signUp']),
      );
      expect(Object.keys(operations['logIn']!.responses)).toEqual(
        expect.arrayContaining(['200', '400', '401', '403', '422', '429', '503', 'default']),
      );
      expect(operations['logIn']).toMatchObject({ security: [] });
      expect(operations['getMe']).toMatchObject({ security: [{ bearer: [] }] });
      expect(JSON.stringify(operations['refreshTokens'])).toContain('auth.refresh_reused');
      expect(JSON.stringify(document)).not.toContain('x-problems');
    });

    it('documents Idempotency-Key and If-Match with what they may answer', () => {
      const { paths } = buildOpenApi(started.app);
      expect(Object.keys(paths['/api/v1/probes']!.post!.responses)).toEqual(
        expect.arrayContaining(['400', '401', '403', '409', '422']),
      );
      const put = paths['/api/v1/probes/{id}']!.put!;
      expect(Object.keys(put.responses)).toEqual(expect.arrayContaining(['404', '412', '422']));
      expect(put.parameters?.filter((p) => 'name' in p && p.name === 'If-Match')).toHaveLength(1);
    });

    it('serves the document and a page to try it, under a policy that lets it run', async () => {
      expect((await started.app.inject({ url: '/openapi.json' })).json()).toMatchObject({ openapi: '3.1.0' });
      const page = await started.app.inject({ url: '/docs' });
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-security-policy']).toContain("script-src 'self'");
      expect(page.body).not.toMatch(/<script>[^<]/);
      const script = /src="([^"]*swagger-ui-bundle\.js)"/.exec(page.body)?.[1];
      const bundle = await started.app.inject({ url: new URL(script!, 'http://x/docs').pathname });
      expect([bundle.statusCode, bundle.body.length > 10_000]).toEqual([200, true]);
    });

    it('answers its health, with each dependency', async () => {
      const health = await started.app.inject({ url: '/health' });
      expect(health.json()).toMatchObject({
        status: 'up',
        dependencies: { database: { status: 'up' }, redis: { status: 'up' } },
      });
      expect((await started.app.inject({ url: '/ready' })).statusCode).toBe(200);
      expect((await started.app.inject({ url: '/live' })).json()).toEqual({ status: 'up' });
    });

    it('counts requests by route', async () => {
      await get(`/${newId()}`);
      const { body, headers } = await started.app.inject({ url: '/metrics' });
      expect(headers['content-type']).toContain('text/plain');
      expect(body).toMatch(
        /frontdesk_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/probes\/:id",status="200"\} \d/,
      );
    });
  });
});

/** Not one of ours: it becomes a 500, and must be rolled back like any other. */
class Unexpected extends Error {}
