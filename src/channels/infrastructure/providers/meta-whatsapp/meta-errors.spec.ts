import type { ProviderFailure } from '#libs/kernel';
import { metaFixture } from '../../../../../test/support/meta-samples.js';
import { errorOfAnswer, errorOfConnection } from './meta-errors.js';

const none = new Headers();
const answer = (status: number, error: object, headers: Headers = none) =>
  errorOfAnswer(status, headers, { error });

interface CodeEntry {
  codes: (number | string)[];
  name: string;
  category: string;
}

describe('the error codes that Meta lists', () => {
  const { errors } = metaFixture<{ errors: CodeEntry[] }>('error-codes.json');
  const BY_CATEGORY: Record<string, ProviderFailure> = {
    ThrottlingError: 'rate-limited',
    AuthorizationError: 'auth-revoked',
  };
  const EXCEPTIONS: Record<string, ProviderFailure> = {
    TemporarilyBlocked: 'auth-revoked',
    AccountLocked: 'auth-revoked',
    AccessDenied: 'auth-revoked',
    UnknownError: 'transient',
    ServiceUnavailable: 'transient',
    AccountInMaintenanceMode: 'transient',
    PhoneNumberAccountInMaintenanceMode: 'transient',
    BlockUserInternalError: 'transient',
    FlowThrottled: 'rate-limited',
    GroupRateLimitHit: 'rate-limited',
    ConcurrentCallsLimit: 'rate-limited',
    CallRateLimitExceeded: 'rate-limited',
    FetchCallPermissionLimitHit: 'rate-limited',
  };
  const rows = errors.flatMap(({ codes, name, category }) =>
    codes
      .flatMap((code) => String(code).split('-').map(Number))
      .map((code) => ({ code, name, failure: EXCEPTIONS[name] ?? BY_CATEGORY[category] ?? 'rejected' })),
  );

  it('are more than a hundred', () => expect(rows.length).toBeGreaterThan(100));

  it.each(rows)(
    '$code $name is $failure, and its meaning stands in when Meta sends no text',
    ({ code, failure }) => {
      const error = answer(400, { code });
      expect(error).toMatchObject({
        failure,
        provider: 'meta-whatsapp',
        details: { status: 400, code: String(code) },
      });
      expect(error.details.title).not.toBe('HTTP 400');
    },
  );

  it('knows the whole range of permission errors', () =>
    expect(answer(400, { code: 250 }).failure).toBe('auth-revoked'));
});

describe('the error answers that Meta documents', () => {
  const collect = (value: unknown): { code: number; message: string }[] => {
    if (value === null || typeof value !== 'object') return [];
    const { error } = value as { error?: { code: number; message: string } };
    return error ? [error] : Object.values(value).flatMap(collect);
  };
  const NAMED: Record<string, number> = {
    BadRequest: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    TooManyRequests: 429,
    InternalServerError: 500,
  };
  const rows = Object.entries(metaFixture<Record<string, unknown>>('error-examples.json')).flatMap(
    ([key, value]) =>
      collect(value).map((error) => ({ key, status: NAMED[key] ?? Number(key.slice(-3)), ...error, error })),
  );
  const EXPECTED: Record<string, ProviderFailure> = {
    '400/100': 'rejected',
    '401/104': 'auth-revoked',
    '401/190': 'auth-revoked',
    '403/10': 'auth-revoked',
    '403/200': 'auth-revoked',
    '404/100': 'rejected',
    '404/132000': 'rejected',
    '404/803': 'rejected',
    '409/100': 'rejected',
    '422/100': 'rejected',
    '429/4': 'rate-limited',
    '429/17': 'rate-limited',
    '429/80007': 'rate-limited',
    '500/1': 'transient',
    '500/2': 'transient',
  };

  it('are 76, of the expected kinds', () => {
    expect(rows).toHaveLength(76);
    expect([...new Set(rows.map((row) => `${row.status}/${row.code}`))].sort()).toEqual(
      Object.keys(EXPECTED).sort(),
    );
  });

  it.each(rows)('$key: $message', ({ status, code, error }) => {
    expect(answer(status, error).failure).toBe(EXPECTED[`${status}/${code}`]);
  });
});

describe('errorOfAnswer', () => {
  it.each<[number, object, ProviderFailure]>([
    [400, { code: 130429 }, 'rate-limited'],
    [429, { code: 100 }, 'rate-limited'],
    [500, { code: 190 }, 'auth-revoked'],
    [503, { code: 131026 }, 'transient'],
    [400, { code: 999999, is_transient: true }, 'transient'],
    [400, { code: 4, is_transient: true }, 'rate-limited'],
    [403, { code: 999999 }, 'auth-revoked'],
    [403, { code: 131026 }, 'rejected'],
    [408, {}, 'transient'],
    [302, {}, 'rejected'],
    [400, {}, 'rejected'],
  ])('%i with %j is %s', (status, error, failure) => expect(answer(status, error).failure).toBe(failure));

  it.each<[number, ProviderFailure]>([
    [401, 'auth-revoked'],
    [404, 'rejected'],
    [429, 'rate-limited'],
    [502, 'transient'],
  ])("%i with a proxy's page is %s", (status, failure) => {
    for (const body of [undefined, '<html>', null, [], { error: 'text' }]) {
      expect(errorOfAnswer(status, none, body)).toMatchObject({
        failure,
        details: { code: `http_${status}` },
      });
    }
  });

  it("keeps Meta's own words", () => {
    const error = answer(400, {
      code: 131047,
      message: '(#131047) Re-engagement message',
      error_data: { details: 'More than 24 hours have passed.' },
    });
    expect(error.message).toBe('Meta answered 400 (code 131047): More than 24 hours have passed.');
    expect(error.details.title).toBe('Re-engagement message');
  });

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT', date: 'Fri, 20 Nov 2026 10:00:00 GMT' }, 30_000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'x-business-use-case-usage': '{"1":[{"estimated_time_to_regain_access":2}]}' }, 120_000],
    [{ 'x-business-use-case-usage': '{' }, undefined],
    [{}, undefined],
  ])('reads %j as %s ms', (headers, retryAfterMs) => {
    expect(answer(429, { code: 4 }, new Headers(headers)).details.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('errorOfConnection', () => {
  const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });
  const failed = (cause: Error) => new TypeError('fetch failed', { cause });

  it.each([
    ['ECONNREFUSED'],
    ['ENOTFOUND'],
    ['EAI_AGAIN'],
    ['UND_ERR_CONNECT_TIMEOUT'],
    ['CERT_HAS_EXPIRED'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('%s: nothing was sent', (code) => {
    expect(errorOfConnection(failed(coded(code)))).toMatchObject({ failure: 'transient', details: { code } });
  });

  it('nothing was sent where every address refused, or TLS was not up yet', () => {
    const refused = Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')]), {
      code: 'ECONNREFUSED',
    });
    expect(errorOfConnection(failed(refused)).failure).toBe('transient');
    const tls = coded(
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
    );
    expect(errorOfConnection(failed(tls)).failure).toBe('transient');
  });

  it.each([
    failed(coded('ECONNRESET')),
    failed(coded('UND_ERR_SOCKET')),
    failed(coded('UND_ERR_HEADERS_TIMEOUT')),
    failed(new Error('odd')),
    new TypeError('terminated', { cause: coded('UND_ERR_SOCKET') }),
    new DOMException('timed out', 'TimeoutError'),
    new Error('odd'),
    'odd',
  ])('%s: it may have been sent', (error) =>
    expect(errorOfConnection(error).failure).toBe('unknown-outcome'),
  );

  it('a request that fetch does not take is rejected, and its words are not repeated', () => {
    const error = errorOfConnection(new TypeError('"Bearer secret\n" is an invalid header value.'));
    expect(error.failure).toBe('rejected');
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  });
});
