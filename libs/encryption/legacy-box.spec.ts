import { randomBytes } from 'node:crypto';
import { loadSettings } from '#libs/config';
import { sealBefore } from '../../test/support/legacy-secrets.js';
import { SealBroken } from './errors.js';
import { isLegacy, LegacyBox, type LegacyPlace } from './legacy-box.js';

const place: LegacyPlace = {
  table: 'channel',
  column: 'credentials',
  tenantId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10',
  rowId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11',
};
/** `EAAG-token`, sealed by that release for this place with a SECRET_KEY of 32 bytes 7. */
const OF_THE_FIRST_RELEASE = 'v1.OREofMN4kdshIBhO.FFGiBySpxBmSQ3fH5yJKfA.xPEpSxBFMJ1a9g';
const key = randomBytes(32).toString('base64');
const boxOf = (secretKey: string) => LegacyBox.of(loadSettings({ SECRET_KEY: secretKey }));
const seal = (secret: string, at = place) => sealBefore(key, secret, at);

describe('LegacyBox', () => {
  const box = boxOf(key);

  it.each(['EAAG-token', '', 'пароль 👍', 'x'.repeat(10_000)])(
    'opens what was sealed before (%#)',
    (secret) => {
      expect(isLegacy(seal(secret))).toBe(true);
      expect(box.open(seal(secret), place)).toBe(secret);
    },
  );

  it('opens what SecretBox of the first release has sealed', () => {
    const first = LegacyBox.of(loadSettings({ SECRET_KEY: Buffer.alloc(32, 7).toString('base64') }));
    expect(first.open(OF_THE_FIRST_RELEASE, place)).toBe('EAAG-token');
  });

  it.each(Object.keys(place) as (keyof LegacyPlace)[])('does not open in another %s', (member) => {
    expect(() => box.open(seal('s'), { ...place, [member]: 'other' })).toThrow(SealBroken);
  });

  it('does not open with another key, nor with none', () => {
    expect(() => boxOf(randomBytes(32).toString('base64')).open(seal('s'), place)).toThrow(
      'another SECRET_KEY',
    );
    const none = LegacyBox.of(loadSettings({ ENCRYPTION_KEYS: `a:${key}` }));
    expect(() => none.open(seal('s'), place)).toThrow('SECRET_KEY, which it was sealed with, is not set');
  });

  it.each([1, 2, 3])('does not open when part %i was changed', (part) => {
    const parts = seal('secret').split('.');
    const text = parts[part]!;
    parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    expect(() => box.open(parts.join('.'), place)).toThrow(SealBroken);
  });

  it('refuses a tag that was cut short', () => {
    const parts = seal('secret').split('.');
    parts[2] = Buffer.from(parts[2]!, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => box.open(parts.join('.'), place)).toThrow(SealBroken);
  });

  it.each(['', 'plain', 'v2.a.b.c', 'v1.a.b', 'v1.a.b.c.d', 'fd1.a.b'])('refuses %p', (text) => {
    expect(isLegacy(text)).toBe(false);
    expect(() => box.open(text, place)).toThrow(SealBroken);
  });
});
