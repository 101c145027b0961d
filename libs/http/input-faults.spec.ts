import { inputFaults } from './input-faults.js';
import { DEEPEST, isNestedTooDeep } from './nesting.js';

const pointers = (input: unknown, inBody = true): string[] =>
  inputFaults(input, inBody).map(({ pointer }) => pointer);

describe('inputFaults', () => {
  it('takes what the database keeps as it is', () => {
    expect(pointers({ text: 'ї ß 😀 \n\t', list: [1, null, true, { deep: 'x' }], no: null })).toEqual([]);
  });

  it('points to NUL and to halves of surrogate pairs, however deep', () => {
    const hostile = { a: 'x\0', list: ['fine', { 'b/c': '\ud83d' }], d: '\udc00' };
    expect(pointers(hostile)).toEqual(['/a', '/list/1/b~1c', '/d']);
    expect(pointers(hostile, false)).toEqual(['a', 'list.1.b/c', 'd']);
  });

  it('refuses keys that cannot be stored, at what has them, and keys that every object inherits', () => {
    expect(pointers({ in: { 'k\0': 1 } })).toEqual(['/in']);
    expect(pointers({ constructor: 1, hasOwnProperty: 1, name: 1 })).toEqual([
      '/constructor',
      '/hasOwnProperty',
    ]);
  });

  it('names twenty faults at most', () =>
    expect(pointers(Array.from({ length: 50 }, () => '\0'))).toHaveLength(20));
});

describe('isNestedTooDeep', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

  it('tells the deepest that is taken from the next', () => {
    expect(isNestedTooDeep(nested(DEEPEST))).toBe(false);
    expect(isNestedTooDeep(nested(DEEPEST + 2))).toBe(true);
  });

  it('bears what a call stack would not', () => expect(isNestedTooDeep(nested(200_000))).toBe(true));

  it.each([[undefined], [null], ['text'], [{}], [{ a: { b: [1, 2, { c: null }] } }]])('takes %j', (value) =>
    expect(isNestedTooDeep(value)).toBe(false),
  );
});
