import { newId } from '#libs/kernel';
import { apiKeyOf, assertKeyServes, type KeyState, prefixOf, tenantOfKey } from './api-key.js';

const RANDOM = 'a'.repeat(43);
const NOW = new Date('2026-03-14T10:00:00Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);
const fresh: KeyState = { expiresAt: null, revokedAt: null, rotatedTo: null, goodUntil: null };

describe('an API key', () => {
  it('names its tenant, and only a whole one does', () => {
    const tenantId = newId();
    expect(tenantOfKey(apiKeyOf(tenantId, RANDOM))).toBe(tenantId);
    for (const wrong of ['', 'fdk_', apiKeyOf(tenantId, 'short'), `${apiKeyOf(tenantId, RANDOM)}x`, 'fdr_x'])
      expect(tenantOfKey(wrong)).toBeNull();
  });

  it('shows six characters of its secret', () => {
    expect(prefixOf('abcdefghij')).toBe('fdk_…_abcdef');
  });

  it.each<[string, Partial<KeyState>, string | null]>([
    ['a fresh one', {}, null],
    ['one that expires in a moment', { expiresAt: after(1) }, null],
    ['one that expires now', { expiresAt: NOW }, 'auth.key_expired'],
    ['a revoked one', { revokedAt: NOW, expiresAt: NOW }, 'auth.key_revoked'],
    ['a replaced one in its grace', { rotatedTo: newId(), goodUntil: after(1) }, null],
    ['a replaced one after its grace', { rotatedTo: newId(), goodUntil: NOW }, 'auth.key_rotated'],
    ['a replaced one without grace', { rotatedTo: newId() }, 'auth.key_rotated'],
  ])('%s: %#', (_what, state, code) => {
    const check = () => assertKeyServes({ ...fresh, ...state }, NOW);
    if (code === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code }) as Error);
  });
});
