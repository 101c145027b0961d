import { Secret } from 'otpauth';
import { newTotpSecret, stepOfCode, totpUri } from './one-time-password.js';

/** RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
const SECRET = Secret.fromLatin1('12345678901234567890').base32;

describe('one-time passwords', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [2000000000, '279037'],
  ])('at second %i the code is %s, as RFC 6238 says', (seconds, code) => {
    expect(stepOfCode(SECRET, code, new Date(seconds * 1000))).toBe(Math.floor(seconds / 30));
  });

  it('takes the code of the step before and after, and names their step', () => {
    const step = Math.floor(1111111109 / 30);
    for (const steps of [-1, 1])
      expect(stepOfCode(SECRET, '081804', new Date((1111111109 + steps * 30) * 1000))).toBe(step);
    for (const steps of [-2, 2])
      expect(stepOfCode(SECRET, '081804', new Date((1111111109 + steps * 30) * 1000))).toBeNull();
  });

  it('makes secrets of 160 bits and links that apps read', () => {
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(newTotpSecret()).not.toBe(secret);
    expect(totpUri(secret, 'Frontdesk', 'olena@lumen.example')).toMatch(
      new RegExp(`^otpauth://totp/Frontdesk:olena%40lumen\\.example\\?.*secret=${secret}`),
    );
  });
});
