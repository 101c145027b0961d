import { isStorable, storable, storableJson } from './storable.js';

describe('storable', () => {
  it.each([
    ['a\0b', 'ab'],
    ['half \ud83d', 'half \ufffd'],
    ['\udc00 half', '\ufffd half'],
    ['😀 ї ß', '😀 ї ß'],
  ])('makes of %j %j', (text, expected) => {
    expect(isStorable(text)).toBe(text === expected);
    expect(storable(text)).toBe(expected);
  });

  it('mends what JSON holds, however deep, keys included', () => {
    const hostile = { 'k\0': ['\ud83d', { text: 'a\0b' }], fine: '😀', n: 1, no: null };
    expect(JSON.parse(storableJson(hostile))).toEqual({
      k: ['\ufffd', { text: 'ab' }],
      fine: '😀',
      n: 1,
      no: null,
    });
  });

  it('leaves JSON as it is that only looks suspect', () => {
    const told = { text: 'the escape \\u0000 as text' };
    expect(JSON.parse(storableJson(told))).toEqual(told);
  });
});
