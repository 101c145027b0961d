import { newId } from '#libs/kernel';
import { refreshTokenOf, refusalOf, tenantOfToken } from './refresh-token.js';

const random = 'x'.repeat(43);
const now = new Date('2026-03-14T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const good = { usedAt: null, revokedAt: null, expiresAt: new Date('2026-04-14T10:00:00Z') };

describe('a refresh token', () => {
  it('says its tenant', () => {
    const tenantId = newId();
    expect(tenantOfToken(refreshTokenOf(tenantId, random))).toBe(tenantId);
  });

  it.each([
    '',
    'nonsense',
    refreshTokenOf(newId(), 'short'),
    `fdr_${'z'.repeat(32)}_${random}`,
    `fdr_${'0'.repeat(31)}1_${random}`,
    refreshTokenOf(newId(), random) + ' ',
  ])('is not %p', (token) => {
    expect(tenantOfToken(token)).toBeNull();
  });
});

describe('refusalOf', () => {
  it.each([
    ['unknown', null],
    ['expired', { ...good, expiresAt: now }],
    ['revoked', { ...good, revokedAt: ago(1) }],
    ['revoked', { ...good, usedAt: ago(86_400_000), revokedAt: ago(1) }],
    ['raced', good],
    ['reused', { ...good, usedAt: ago(0) }],
  ] as const)('is %s', (refusal, session) => {
    expect(refusalOf(session, now)).toBe(refusal);
  });
});
