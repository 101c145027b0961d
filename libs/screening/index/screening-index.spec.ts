import * as fc from 'fast-check';
import { compare } from '../match/compare.js';
import { type ListEntry, type ScreeningQuery } from '../types.js';
import { buildIndex, buildIndexData } from './build-index.js';
import { arraysOf } from './layout.js';
import { ScreeningIndex } from './screening-index.js';

const WORDS = (
  'arkady arkadij belinsky belinski belinskaya muhammad mohammed mohamed abd al rahman abdurrahman abdul qasim kassem ' +
  'hussein husain ali aly j a bin laden binladen omar umar amir orlov orlova sergey siarhei serhiy kim jong un chol su ' +
  'chen ming guo mingguo van der bilt vanderbilt trading company ltd llc bank of international intl 7 12 first ' +
  'garcia lopez ruiz juan GARCIA LOPEZ JUAN oglu heydar heydarovich engine engineering zavod plant 1st john smith abu ' +
  'Петров Сергей حسين محمدی یوسف ضیایی علي عبد الرحمن قاسم 김철수 김정은 김 철 陈明国 明 לוינסון ינון माया सैनी'
).split(' ');
const broken = fc
  .tuple(
    fc.constantFrom(...WORDS),
    fc.nat(),
    fc.constantFrom('none', 'none', 'drop', 'swap', 'change', 'double'),
  )
  .map(([word, seed, how]) => {
    const at = seed % word.length;
    if (how === 'drop') return word.slice(0, at) + word.slice(at + 1);
    if (how === 'swap')
      return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
    if (how === 'change') return `${word.slice(0, at)}e${word.slice(at + 1)}`;
    return how === 'double' ? word.slice(0, at) + (word[at] ?? '') + word.slice(at) : word;
  });
const name = fc
  .tuple(fc.array(broken, { minLength: 1, maxLength: 5 }), fc.constantFrom(' ', ' ', ', ', '-', ''))
  .map(([words, glue]) => words.join(glue));
const kind = fc.constantFrom('person' as const, 'organisation' as const, 'unknown' as const);
const date = fc.constantFrom('1970', '1970-01-02', '1981-05-06');
const listedDate = fc.oneof(date, fc.constantFrom('1969/1971', '1975-03/1980-12-31', '1990/1995'));
const entries = fc.array(
  fc.record({
    kind,
    names: fc.array(fc.record({ text: name, weak: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    birthDates: fc.array(listedDate, { maxLength: 2 }),
    identifiers: fc.array(fc.constantFrom('LEI-1234', 'X 99 88 77'), { maxLength: 1 }),
  }),
  { minLength: 1, maxLength: 25 },
);
const query = fc.record({
  names: fc.array(name, { minLength: 1, maxLength: 2 }),
  kind,
  birthDate: date,
  identifiers: fc.array(fc.constantFrom('lei1234', '0000'), { maxLength: 1 }),
});

const numbered = (list: readonly Omit<ListEntry, 'id'>[]): ListEntry[] =>
  list.map((entry, at) => ({ ...entry, id: `e${at}` }));
const bruteForce = (asked: ScreeningQuery, list: readonly ListEntry[], threshold: number): unknown[] =>
  list
    .map((entry) => ({ entryId: entry.id, found: compare(asked, entry) }))
    .filter(({ found }) => found.score >= threshold)
    .map(({ entryId, found }) => ({
      entryId,
      score: found.score,
      band: found.band,
      listName: found.listName,
      queryName: found.queryName,
    }))
    .sort((a, b) => b.score - a.score);
const byEntry = (hits: readonly unknown[]): unknown[] =>
  [...(hits as { entryId: string }[])].sort((a, b) => (a.entryId < b.entryId ? -1 : 1));

describe('the index', () => {
  it('answers exactly as comparing every entry does', () => {
    fc.assert(
      fc.property(entries, query, fc.constantFrom(5000, 7000, 8500), (drawn, asked, threshold) => {
        const list = numbered(drawn);
        const hits = buildIndex(list).search(asked, { threshold, limit: 1000 });
        expect(byEntry(hits)).toEqual(byEntry(bruteForce(asked, list, threshold)));
      }),
      { numRuns: 150 },
    );
  });

  it('loses no name that scores just the threshold', () => {
    fc.assert(
      fc.property(entries, query, (drawn, { names, kind: asked }) => {
        for (const entry of numbered(drawn).slice(0, 5)) {
          const one = { names: names.slice(0, 1), kind: asked };
          const { score } = compare(one, entry);
          if (score > 0) expect(buildIndex([entry]).search(one, { threshold: score })).toHaveLength(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  const list = numbered([
    { kind: 'person', names: [{ text: 'Arkady Romanovich Belinsky' }, { text: 'A. Belinsky', weak: true }] },
    { kind: 'person', names: [{ text: 'Arkady Belinski' }] },
    { kind: 'organisation', names: [{ text: 'Belinsky Trading Ltd' }], identifiers: ['LEI-1234'] },
  ]);

  it('puts the best first, keeps to the limit and explains what it found', () => {
    const index = buildIndex(list);
    const asked: ScreeningQuery = { names: ['Arkady Belinski'], kind: 'person' };
    expect(index.search(asked).map(({ entryId }) => entryId)).toEqual(['e1', 'e0']);
    const [first] = index.search(asked, { limit: 1 });
    expect(index.explain(asked, 'e1')).toMatchObject({ score: first?.score, listName: first?.listName });
    expect(() => index.explain(asked, 'none')).toThrow(RangeError);
  });

  it('finds by identifier whatever the name', () => {
    const [hit] = buildIndex(list).search({ names: ['Quite Another'], identifiers: ['lei 1234'] });
    expect(hit).toMatchObject({ entryId: 'e2', band: 'STRONG' });
  });

  it('answers nothing for a name without a word, and for an empty list', () => {
    expect(buildIndex(list).search({ names: ['--- !'] })).toEqual([]);
    expect(buildIndex([]).search({ names: ['Arkady Belinsky'] })).toEqual([]);
  });

  it('is shared memory that another thread wraps, of this very matcher', () => {
    const data = buildIndexData(list);
    expect(arraysOf(data)).toHaveLength(20);
    expect(arraysOf(data).every(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
    expect(new ScreeningIndex(data).search({ names: ['Arkady Belinsky'] })).not.toEqual([]);
    expect(() => new ScreeningIndex({ ...data, matcherVersion: '0' })).toThrow('the index is of matcher 0');
  });
});
