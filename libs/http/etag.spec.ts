import { etagOf, versionOf } from './etag.js';

describe('versions as entity tags', () => {
  it('reads what it wrote', () => {
    expect(etagOf(3)).toBe('"3"');
    expect(versionOf(etagOf(3))).toBe(3);
  });

  it.each([undefined, '*', ' * '])('asks for no version with %p', (header) => {
    expect(versionOf(header)).toBeUndefined();
  });

  it.each(['3', '""', 'W/"3"', '"3", "4"', '"-1"', '"3.0"', '"abc"', '', `"${'9'.repeat(16)}"`])(
    'refuses %p',
    (header) => {
      expect(() => versionOf(header)).toThrow(
        expect.objectContaining({ kind: 'invalid', code: 'http.if_match_invalid' }),
      );
    },
  );
});
