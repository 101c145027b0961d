import * as fc from 'fast-check';
import { type ListEntry } from '../types.js';
import { IndexBuilder } from './build-index.js';
import { type IndexData, type IndexPart } from './layout.js';

const WORDS =
  'arkady belinsky abdul rahman muhammad trading company ltd j 7 Петров حسين علي 김철수 陈明国 vanderbilt van der bilt'.split(
    ' ',
  );
const name = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((all) => all.join(' '));
const drawn = fc.array(
  fc.record({
    kind: fc.constantFrom('person' as const, 'organisation' as const),
    names: fc.array(fc.record({ text: name, weak: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    identifiers: fc.array(fc.constantFrom('LEI-1234', 'X 99', 'Y 1'), { maxLength: 2 }),
  }),
  { maxLength: 6 },
);
const three = fc.tuple(drawn, drawn, drawn);

interface Part extends IndexPart {
  readonly entries: readonly ListEntry[];
}
const part = (list: string, version: string, entries: readonly Omit<ListEntry, 'id'>[]): Part => ({
  name: list,
  version,
  entries: entries.map((entry, at) => ({ id: `${list}:${at}`, ...entry })),
});
const build = (parts: readonly Part[], before?: IndexData): IndexData => {
  const builder = new IndexBuilder(before);
  for (const { name: list, version, entries } of parts) {
    if (before?.parts.some((each) => each.name === list && each.version === version)) {
      builder.keep({ name: list, version });
      continue;
    }
    builder.begin({ name: list, version });
    for (const entry of entries) builder.add(entry);
  }
  return builder.finish();
};

describe('an index built after another', () => {
  it('is byte for byte what it would be from nothing', () => {
    fc.assert(
      fc.property(three, three, fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), (old, fresh, changed) => {
        const lists = ['eu', 'uk', 'un'];
        const before = build(lists.map((list, at) => part(list, '1', old[at] ?? [])));
        const next = lists.map((list, at) => {
          // Of a list that changed its second half is as it was.
          const was = old[at] ?? [];
          const now = [...(fresh[at] ?? []).slice(0, was.length >> 1), ...was.slice(was.length >> 1)];
          return changed[at] === true ? part(list, '2', now) : part(list, '1', was);
        });
        expect(build(next, before)).toEqual(build(next));
      }),
      { numRuns: 150 },
    );
  });

  it('forgets the words of lists that are gone', () => {
    const before = build([
      part('eu', '1', [{ kind: 'person', names: [{ text: 'Arkady Belinsky' }] }]),
      part('un', '1', [{ kind: 'person', names: [{ text: 'Ludmila Orlova' }] }]),
    ]);
    const left = part('un', '1', [{ kind: 'person', names: [{ text: 'Ludmila Orlova' }] }]);
    expect(build([left], before)).toEqual(build([left]));
  });

  it('takes nothing over from another matcher, nor a version that was not there', () => {
    const before = build([part('eu', '1', [])]);
    expect(() => new IndexBuilder({ ...before, matcherVersion: '0' })).toThrow('of matcher 0');
    expect(() => new IndexBuilder(before).keep({ name: 'eu', version: '2' })).toThrow('no part eu of 2');
  });
});
