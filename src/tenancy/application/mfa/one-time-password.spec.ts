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
    expect(stepOfCode(SECRET, code, new Date(seconds * 1000), 0)).toBe(Math.floor(seconds / 30));
  });

  it('takes a code in the 30 seconds of its step, and not a millisecond longer', () => {
    const step = Math.floor(1111111109 / 30);
    const [first, last] = [step * 30_000, (step + 1) * 30_000 - 1];
    for (const at of [first, last]) expect(stepOfCode(SECRET, '081804', new Date(at), 0)).toBe(step);
    for (const at of [first - 1, last + 1]) expect(stepOfCode(SECRET, '081804', new Date(at), 0)).toBeNull();
  });

  it('takes it a step early or late where clocks may be off, and names its step', () => {
    const step = Math.floor(1111111109 / 30);
    const stepAt = (steps: number) =>
      stepOfCode(SECRET, '081804', new Date((1111111109 + steps * 30) * 1000), 1);
    expect([-2, -1, 0, 1, 2].map(stepAt)).toEqual([null, step, step, step, null]);
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
