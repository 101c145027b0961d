import { aged, assertMachine, type Certificate, MACHINE, reported } from './certificate.js';

const NOW = new Date('2026-11-21T10:00:00Z');
const day = (n: number): Date => new Date(NOW.getTime() + n * 86_400_000);
const at = (status: Certificate['status'], notAfter: Date | null = null): Certificate => ({
  status,
  notAfter,
  error: null,
});
const report = (state: 'issuing' | 'active' | 'failed' | 'revoked', notAfter: Date | null = null) => ({
  state,
  notAfter,
  error: state === 'failed' ? 'rate limited' : null,
});
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('the states of a certificate', () => {
  it('are sound', () => {
    expect(() => assertMachine(MACHINE)).not.toThrow();
    expect(() => assertMachine({ ...MACHINE, revoked: [] })).toThrow('revoked leads nowhere');
    expect(() => assertMachine({ ...MACHINE, active: ['gone' as never] })).toThrow('active leads to gone');
    expect(() => assertMachine({ ...MACHINE, active: ['revoked'], renewing: ['active'] })).toThrow(
      'nothing leads to renewing',
    );
  });

  it('go the usual way', () => {
    let present = reported(NOW, at('verified'), report('issuing'));
    expect(present.status).toBe('issuing');
    present = reported(NOW, present, report('active', day(90)));
    expect(present).toEqual(at('active', day(90)));
    present = reported(NOW, present, report('issuing'));
    expect(present).toEqual(at('renewing', day(90)));
    expect(reported(NOW, present, report('active', day(180)))).toEqual(at('active', day(180)));
  });

  it('keep a good certificate whose renewal fails', () => {
    const kept = reported(NOW, at('renewing', day(3)), report('failed'));
    expect(kept).toEqual({ status: 'active', notAfter: day(3), error: 'rate limited' });
    expect(reported(NOW, at('renewing', day(-1)), report('failed')).status).toBe('failed');
    expect(reported(NOW, at('issuing'), report('failed')).status).toBe('failed');
  });

  it('refuse what comes too early, too late or twice', () => {
    expect(codeOf(() => reported(NOW, at('pending_dns'), report('active', day(1))))).toBe(
      'domains.not_verified',
    );
    expect(codeOf(() => reported(NOW, at('issuing'), report('active')))).toBe('domains.certificate_dates');
    expect(codeOf(() => reported(NOW, at('issuing'), report('active', day(-1))))).toBe(
      'domains.certificate_dates',
    );
    expect(codeOf(() => reported(NOW, at('active', day(90)), report('active', day(30))))).toBe(
      'domains.certificate_dates',
    );
    expect(codeOf(() => reported(NOW, at('revoked'), report('active', day(30))))).toBe(
      'domains.certificate_state',
    );
    expect(reported(NOW, at('active', day(90)), report('active', day(90)))).toEqual(at('active', day(90)));
    expect(reported(NOW, at('issuing'), report('issuing'))).toEqual(at('issuing'));
  });

  it('age', () => {
    expect(aged(NOW, at('active', day(-1))).status).toBe('expired');
    expect(aged(NOW, at('active', day(1))).status).toBe('active');
    expect(aged(NOW, at('failed', day(-1))).status).toBe('failed');
  });
});
