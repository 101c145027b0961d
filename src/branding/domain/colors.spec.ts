import { colorWarnings, contrast, NO_COLORS, readableOn } from './colors.js';

describe('colors', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#ffffff', '#ffffff')).toBe(1);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#FFFFFF', '#767676')).toBeCloseTo(4.54, 2);
  });

  it('warns of text that is hard to read, and only of pairs that are both set', () => {
    expect(colorWarnings(NO_COLORS)).toEqual([]);
    expect(colorWarnings({ ...NO_COLORS, primary: '#777777', onPrimary: '#ffffff' })).toEqual([
      expect.objectContaining({ code: 'low_contrast', pointer: '/colors/onPrimary' }),
    ]);
    expect(colorWarnings({ ...NO_COLORS, text: '#767676', background: '#ffffff' })).toEqual([]);
  });

  it('finds the text for a color', () => {
    expect([readableOn('#0b6a5b'), readableOn('#ffe600')]).toEqual(['#ffffff', '#000000']);
  });
});
