import { type CustomDomain, proven, rechecked } from './custom-domain.js';

const NOW = new Date('2026-11-21T10:00:00Z');
const HOUR = 3_600_000;
const RULES = { recheckMs: 24 * HOUR, graceMs: 72 * HOUR };
const later = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR);
const CLAIM: CustomDomain = {
  id: 'd',
  name: 'salon.example',
  token: 't',
  status: 'pending_dns',
  ownership: 'unproven',
  pointed: false,
  claimExpiresAt: later(168),
  verifiedAt: null,
  checkedAt: null,
  nextCheckAt: later(168),
  graceUntil: null,
  certificateNotAfter: null,
  certificateError: null,
  createdAt: NOW,
  version: 1,
};
const seen = { proof: true, points: null };
const gone = { proof: false, points: null };
const PROVEN = {
  ...proven(CLAIM, seen, NOW, RULES),
  status: 'active' as const,
  certificateNotAfter: later(900),
};

describe('a custom domain', () => {
  it('is proved, and looked at again', () => {
    expect(proven(CLAIM, seen, NOW, RULES)).toMatchObject({
      status: 'verified',
      ownership: 'proven',
      verifiedAt: NOW,
      nextCheckAt: later(24),
    });
    expect(rechecked(CLAIM, seen, NOW, RULES)).toBe(CLAIM);
  });

  it('gets grace when its proof is gone, and is suspended when that is over', () => {
    const grace = rechecked(PROVEN, gone, NOW, RULES);
    expect(grace).toMatchObject({
      ownership: 'grace',
      status: 'active',
      graceUntil: later(72),
      nextCheckAt: later(3),
    });
    const still = rechecked(grace, gone, later(71), RULES);
    expect(still).toMatchObject({ ownership: 'grace', graceUntil: later(72), nextCheckAt: later(72) });
    expect(rechecked(still, gone, later(72), RULES)).toMatchObject({
      ownership: 'suspended',
      status: 'revoked',
      nextCheckAt: null,
      certificateNotAfter: null,
    });
  });

  it('comes out of grace when the proof is back', () => {
    const grace = rechecked(PROVEN, gone, NOW, RULES);
    expect(rechecked(grace, seen, later(5), RULES)).toMatchObject({
      ownership: 'proven',
      status: 'active',
      graceUntil: null,
      verifiedAt: NOW,
      nextCheckAt: later(29),
    });
  });

  it('misses a CNAME only once it was there', () => {
    const away = { proof: true, points: false };
    expect(rechecked(PROVEN, away, NOW, RULES).ownership).toBe('proven');
    const pointed = rechecked(PROVEN, { proof: true, points: true }, NOW, RULES);
    expect(rechecked(pointed, away, NOW, RULES).ownership).toBe('grace');
  });

  it('starts anew after it was suspended', () => {
    const suspended = { ...PROVEN, ownership: 'suspended' as const, status: 'revoked' as const };
    expect(proven(suspended, seen, later(100), RULES)).toMatchObject({
      status: 'verified',
      verifiedAt: later(100),
    });
  });
});
