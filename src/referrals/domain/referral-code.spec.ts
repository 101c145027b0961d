import { maskedName, newCode, readCode } from './referral-code.js';

describe('a referral code', () => {
  it('is short, and of letters that are not mistaken', () => {
    const codes = Array.from({ length: 500 }, newCode);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
    expect(new Set(codes).size).toBe(500);
  });

  it('is read as people write it', () => {
    expect(readCode(' abcd-2345 ')).toBe('ABCD2345');
    for (const wrong of ['', 'ABCD234', 'ABCD23456', 'ABCD234O', 'ABCD234\u0661', 'x'.repeat(10_000)])
      expect(readCode(wrong)).toBeNull();
  });

  it('tells no more of a name than its first letters', () => {
    expect(maskedName('Salon Olena')).toBe('S•••• O••••');
    expect(maskedName('  Ж  ')).toBe('Ж••••');
    expect(maskedName('a b c d e')).toBe('a•••• b•••• c••••');
  });
});
