import { ProviderError } from '#libs/kernel';
import { redact, REDACTED, scrubText } from './redaction.js';

describe('redact', () => {
  it.each([
    'authorization',
    'Cookie',
    'password',
    'refreshToken',
    'ACCESSTOKEN',
    'text',
    'body',
    'phone',
    'email',
    'parameters',
  ])('hides %s, however deep', (name) => {
    expect(redact({ a: [{ [name]: 'private' }], [name]: 'private' })).toEqual({
      a: [{ [name]: REDACTED }],
      [name]: REDACTED,
    });
  });

  it('keeps what a log is for', () => {
    const line = {
      traceId: 't',
      tenantId: 'x',
      status: 200,
      ms: 1.5,
      ok: true,
      nothing: null,
      password: null,
    };
    expect(redact(line)).toEqual(line);
  });

  it('takes numbers and tokens out of running text', () => {
    expect(scrubText('sent to +380501234567 with Bearer abc.def-ghi')).toBe(
      'sent to +[redacted] with Bearer [redacted]',
    );
    expect(scrubText('took 12345678 ns')).toBe('took 12345678 ns');
    expect(scrubText('lane 4915201234567 of 0198f2b4-6d3e-7c11-9a52-123456789012')).toBe(
      'lane [redacted] of 0198f2b4-6d3e-7c11-9a52-123456789012',
    );
    expect(scrubText('jane.doe+x@mail.example.org wrote; GET /x?token=abc123&limit=2')).toBe(
      '[redacted] wrote; GET /x?token=[redacted]&limit=2',
    );
    expect(scrubText('EAAGm0PX4ZCpsBAKZ eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.abc sk-proj-1234567890ab')).toBe(
      '[redacted] [redacted] [redacted]',
    );
    expect(redact({ account: '106540352242922' })).toEqual({ account: '106540352242922' });
  });

  it('describes an error without the values of its query', () => {
    const error = Object.assign(new Error('duplicate key'), {
      name: 'QueryFailedError',
      query: 'INSERT INTO customer VALUES ($1)',
      parameters: ['+380501234567'],
      driverError: { detail: 'Key (phone)=(+380501234567) already exists.' },
      code: '23505',
      constraint: 'customer_phone',
    });
    const described = redact({ err: error });
    expect(described).toMatchObject({
      err: { type: 'QueryFailedError', code: '23505', constraint: 'customer_phone', query: error.query },
    });
    expect(JSON.stringify(described)).not.toContain('380501234567');
  });

  it('describes a provider’s error without its answer, and the cause of an error', () => {
    const cause = new ProviderError('meta', 'rejected', 'no such number', { raw: { secret: 'private' } });
    const described = redact(new Error('send failed', { cause }));
    expect(described).toMatchObject({
      message: 'send failed',
      cause: { provider: 'meta', failure: 'rejected' },
    });
    expect(JSON.stringify(described)).not.toContain('private');
  });

  it('ends, whatever it gets', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const error = new Error('loop');
    error.cause = error;
    expect(JSON.stringify(redact({ loop, error }))).toContain('[deep]');
  });
});
