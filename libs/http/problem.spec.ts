import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { DomainError, ProviderError, type ErrorKind } from '#libs/kernel';
import { problemOf, refusalOf } from './problem.js';

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });
const query = (cause: Error) =>
  Object.assign(new Error(cause.message), { name: 'QueryFailedError', driverError: cause });

describe('refusalOf', () => {
  it.each<[ErrorKind, number]>([
    ['invalid', 422],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['stale', 412],
    ['too-many', 429],
    ['unavailable', 503],
  ])('answers a domain error of kind %s with %i and its own code and words', (kind, status) => {
    expect(refusalOf(new DomainError(kind, 'calendar.reason', 'Do this.'))).toMatchObject({
      status,
      code: 'calendar.reason',
      detail: 'Do this.',
    });
  });

  it('passes facts, faults and the pause on', () => {
    const error = new DomainError('too-many', 'a.b', 'm', {
      facts: { left: 0 },
      errors: [{ pointer: '/a', detail: 'd' }],
      retryAfterSeconds: 7,
    });
    expect(refusalOf(error)).toMatchObject({
      facts: { left: 0 },
      errors: [{ pointer: '/a', detail: 'd' }],
      retryAfterSeconds: 7,
    });
  });

  it.each([
    ['invalid JSON', withCode('x', 'FST_ERR_CTP_INVALID_JSON_BODY')],
    ['an empty body', new HttpException('x', 400, { cause: withCode('x', 'FST_ERR_CTP_EMPTY_JSON_BODY') })],
    [
      'a poisoned prototype',
      Object.assign(new SyntaxError('Object contains forbidden prototype property'), { statusCode: 400 }),
    ],
  ])('names malformed JSON: %s', (_what, error) => {
    expect(refusalOf(error)).toMatchObject({ status: 400, code: 'http.malformed_json' });
  });

  it.each(['22001', '22003', '22008', '22021', '22P02', '22P05'])(
    'takes a value that the database could not hold for the caller’s: %s',
    (code) => {
      expect(refusalOf(query(withCode('invalid byte sequence: secret', code)))).toMatchObject({
        status: 422,
        code: 'http.value_not_storable',
        detail: expect.not.stringContaining('secret'),
      });
    },
  );

  it.each(['22012', '23502', '42601'])('takes a mistake of a statement for ours: %s', (code) => {
    expect(refusalOf(query(withCode('x', code)))).toMatchObject({ status: 500, code: 'http.internal' });
  });

  it.each([
    [413, 'http.body_too_large'],
    [415, 'http.unsupported_media_type'],
    [404, 'http.not_found'],
    [418, 'http.status_418'],
  ])('gives status %i of the server a code', (status, code) => {
    expect(refusalOf(new HttpException('as said', status))).toMatchObject({
      status,
      code,
      detail: 'as said',
    });
    expect(refusalOf(Object.assign(new Error('as said'), { statusCode: status }))).toMatchObject({
      status,
      code,
    });
  });

  it('reads the words of Nest’s exceptions', () => {
    expect(refusalOf(new NotFoundException('Cannot GET /x')).detail).toBe('Cannot GET /x');
    expect(refusalOf(new BadRequestException(['one', 'two'])).detail).toBe('one; two');
  });

  it.each([
    ['a refused connection', withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED')],
    ['a refused connection to each address', new AggregateError([withCode('connect', 'ECONNREFUSED')], '')],
    ['a server that shuts down', query(withCode('terminating connection', '57P01'))],
    ['a server that starts', query(withCode('the database system is starting up', '57P03'))],
    ['a lost connection', query(withCode('x', '08006'))],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['a pool that waited in vain', new Error('timeout exceeded when trying to connect')],
    ['a deadlock', query(withCode('deadlock detected', '40P01'))],
    ['Redis gone', new Error('Connection is closed.')],
    ['a wrapped one', new Error('outer', { cause: withCode('inner', 'ECONNREFUSED') })],
  ])('answers 503 for %s, without its words', (_what, error) => {
    const refusal = refusalOf(error);
    expect(refusal).toMatchObject({ status: 503, code: 'http.unavailable', retryAfterSeconds: 5 });
    expect(refusal.detail).not.toContain(error.message || 'ECONNREFUSED');
  });

  it.each([
    ['an Error', new TypeError('cannot read secret of undefined')],
    ['a driver’s error', query(withCode('duplicate key value violates unique constraint', '23505'))],
    ['a 500 of Nest', new HttpException('secret', 500)],
    ['a text', 'secret'],
    ['nothing', undefined],
    [
      'an error that is its own cause',
      (() => {
        const e = new Error('secret');
        e.cause = e;
        return e;
      })(),
    ],
  ])('tells nothing about %s', (_what, thrown) => {
    const refusal = refusalOf(thrown);
    expect(refusal).toMatchObject({ status: 500, code: 'http.internal' });
    expect(JSON.stringify(refusal)).not.toMatch(/secret|duplicate/);
  });

  it('tells a provider that may be tried again from one that refused', () => {
    expect(
      refusalOf(new ProviderError('meta', 'rate-limited', 'secret', { retryAfterMs: 1_500 })),
    ).toMatchObject({ status: 503, retryAfterSeconds: 2 });
    expect(refusalOf(new ProviderError('meta', 'rejected', 'secret'))).toMatchObject({
      status: 502,
      code: 'http.provider_refused',
    });
  });
});

describe('problemOf', () => {
  it('is an RFC 9457 problem', () => {
    expect(problemOf({ status: 409, code: 'calendar.slot_taken', detail: 'Taken.' }, 't1')).toEqual({
      type: 'urn:frontdesk:problem:calendar.slot_taken',
      title: 'Conflict',
      status: 409,
      code: 'calendar.slot_taken',
      detail: 'Taken.',
      traceId: 't1',
    });
  });

  it('has facts as members, which cannot cover its own', () => {
    const problem = problemOf(
      { status: 409, code: 'a.b', detail: 'd', facts: { alternatives: [1], status: 200, code: 'x' } },
      't1',
    );
    expect(problem).toMatchObject({ alternatives: [1], status: 409, code: 'a.b' });
  });
});
