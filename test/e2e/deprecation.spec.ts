import { buildOpenApi, Deprecated } from '#libs/http';
import { type AccessApp, bearer, createBusiness, logIn, startAccessApp } from '../support/access-app.js';
import { ProbeController } from '../support/probe.controller.js';

describe('a deprecated route', () => {
  let started: AccessApp;
  const get = (path: string, headers: Record<string, string> = {}) =>
    started.app.inject({ url: `/api/v1/probes/${path}`, headers });
  const END = 'Fri, 01 Jan 2027 00:00:00 GMT';

  beforeAll(async () => {
    started = await startAccessApp([ProbeController]);
    await createBusiness(started, 'salon');
  }, 60_000);
  afterAll(() => started.close());

  it('says since when, until when, and what to use instead', async () => {
    const owner = bearer((await logIn(started, 'owner@salon.example')).accessToken);
    const answer = await get('old', owner);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      deprecation: '@1767225600',
      sunset: END,
      link: '</api/v2/probes>; rel="successor-version"',
    });
  });

  it('says so to whom it refuses, too', async () => {
    const answer = await get('old');
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toMatchObject({ deprecation: '@1767225600', sunset: END });
  });

  it('says no end when there is none, and nothing when it is not deprecated', async () => {
    const older = await get('older');
    expect(older.headers).toMatchObject({ deprecation: '@1767225600' });
    expect(older.headers).not.toHaveProperty('sunset');
    expect(older.headers).not.toHaveProperty('link');
    expect((await get('list')).headers).not.toHaveProperty('deprecation');
  });

  it('answers 410 from its end on, and not a moment before', async () => {
    started.clock.at = new Date('2026-12-31T23:59:59.999Z');
    expect((await get('old')).statusCode).toBe(401);
    started.clock.at = new Date('2027-01-01T00:00:00.000Z');
    const answer = await get('old');
    expect(answer.json()).toMatchObject({
      status: 410,
      code: 'http.gone',
      detail: 'This was switched off on 2027-01-01. Use /api/v2/probes instead.',
    });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers).toMatchObject({ sunset: END });
    expect((await get('older')).statusCode).toBe(200);
  });

  it('is so in the document', () => {
    const { paths } = buildOpenApi(started.app);
    const old = paths['/api/v1/probes/old']?.get;
    expect(old).toMatchObject({ deprecated: true, responses: { 410: expect.anything() as unknown } });
    expect(old).not.toHaveProperty('x-deprecated');
    expect(old?.description).toContain('Answers 410 from 2027-01-01 on.');
    expect(paths['/api/v1/probes/older']?.get?.responses).not.toHaveProperty('410');
    expect(paths['/api/v1/probes/list']?.get).not.toHaveProperty('deprecated');
  });

  it('cannot be declared with what is no date, or ends before it begins', () => {
    expect(() => Deprecated({ since: 'soon' })).toThrow('is no ISO-8601 date');
    expect(() => Deprecated({ since: '2026-02-01', sunset: '2026-01-01' })).toThrow('after since');
  });
});
