import { factsOfList, guard, LEAST, type ListFacts } from './list-guard.js';
import type { ListedEntity } from './listed-entity.js';
import { LISTS, type ListName } from './sources.js';

/** As measured of whole lists: see `LEAST`. */
const MEASURED: Readonly<Record<ListName, readonly number[]>> = {
  eu: [5_860, 5.03, 74.1, 62.6, 64.7, 28.5],
  ofac_sdn: [8_976, 2.6, 51.5, 48.3, 84.6, 47.8],
  ofac_cons: [442, 3.59, 17.9, 16.7, 88.2, 74.2],
  uk: [6_349, 3.08, 63.6, 0, 50.6, 0],
  un: [1_003, 4.11, 72.8, 67.5, 83.5, 27.1],
};

const factsOf = (list: ListName): ListFacts => {
  const [entities = 0, names = 0, ...shares] = MEASURED[list];
  const [persons = 0, birthDates = 0, countries = 0, identifiers = 0] = shares.map((share) =>
    Math.round((entities * share) / 100),
  );
  return { entities, names: Math.round(entities * names), persons, birthDates, countries, identifiers };
};

const first = (list: ListName, other: Partial<ListFacts> = {}, percent = 100) =>
  guard(
    null,
    { facts: { ...factsOf(list), ...other }, publishedAt: null },
    { least: LEAST[list], percent, has: () => true },
  );

describe('a first edition', () => {
  it.each(LISTS)(
    'of %s is believed as it was measured, and not when it has much less of anything',
    (list) => {
      expect(first(list)).toBeNull();
      expect(first(list, { entities: LEAST[list].entities - 1 })).toMatchObject({
        code: 'kyb.list_too_small',
      });
      const facts = factsOf(list);
      for (const name of ['names', 'persons', 'birthDates', 'countries', 'identifiers'] as const)
        if (name === 'names' || LEAST[list][name] > 0)
          expect(first(list, { [name]: Math.floor(facts[name] * 0.4) })).toMatchObject({
            code: 'kyb.list_too_poor',
          });
    },
  );

  it('of a test installation may have less', () => {
    expect(first('eu', { entities: 3, names: 3, identifiers: 0 }, 0)).toBeNull();
  });
});

const entity = (at: number): ListedEntity => ({
  entryId: `X${at}`,
  kind: 'person',
  names: [{ text: `Invented ${at}`, weak: false }],
  birthDates: [],
  gender: null,
  countries: [],
  identifiers: [],
  addresses: [],
  programmes: [],
  listedOn: null,
  remarks: null,
});
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => entity(from + at));

const next = (
  before: ListedEntity[],
  now: ListedEntity[],
  { was = null, is = null }: { was?: Date | null; is?: Date | null } = {},
  ends: [Record<string, boolean>?, Record<string, boolean>?] = [],
) => {
  const ids = new Set(now.map(({ entryId }) => entryId));
  return guard(
    { facts: factsOfList(before, ends[0]), publishedAt: was },
    { facts: factsOfList(now, ends[1]), publishedAt: is },
    { least: LEAST.eu, percent: 100, has: (id) => ids.has(id) },
  );
};

describe('a later edition', () => {
  it('that was cut off between two rows is noticed, however little is missing', () => {
    expect(next(many(0, 1_000), many(0, 990))).toEqual({
      code: 'kyb.list_lost_end',
      detail: 'The last 10 entries of before are gone, as if the file was cut off.',
    });
    expect(next(many(0, 1_000), many(0, 910))).toMatchObject({ code: 'kyb.list_lost_end' });
  });

  it('from which as many were struck off elsewhere, or some at its end, is believed', () => {
    expect(next(many(0, 1_000), many(10, 1_000))).toBeNull();
    expect(next(many(0, 1_000), many(0, 996))).toBeNull();
    expect(next(many(0, 1_000), [...many(0, 960), ...many(999, 1_010)])).toBeNull();
    expect(next(many(0, 3), many(0, 3))).toBeNull();
  });

  it('that says it is days older than the one in use is not believed', () => {
    const was = new Date('2026-11-20T06:00:00Z');
    expect(next(many(0, 9), many(0, 9), { was, is: new Date('2026-11-18T06:00:00Z') })).toMatchObject({
      code: 'kyb.list_older',
    });
    expect(next(many(0, 9), many(0, 9), { was, is: new Date('2026-11-19T20:00:00Z') })).toBeNull();
    expect(next(many(0, 9), many(0, 9), { was })).toBeNull();
  });

  it('whose file lacks its end is not believed, unless it never had one', () => {
    const [has, lacks] = [
      { primary: true, aliases: true },
      { primary: true, aliases: false },
    ];
    expect(next(many(0, 9), many(0, 9), {}, [has, lacks])).toMatchObject({ code: 'kyb.list_lost_end' });
    expect(next(many(0, 9), many(0, 9), {}, [undefined, lacks])).toMatchObject({ code: 'kyb.list_lost_end' });
    expect(next(many(0, 9), many(0, 9), {}, [lacks, lacks])).toBeNull();
    expect(next(many(0, 9), many(0, 9), {}, [has, has])).toBeNull();
  });
});

it('a first edition whose file lacks its end is not believed', () => {
  expect(first('ofac_sdn', { ends: { primary: false } })).toMatchObject({ code: 'kyb.list_lost_end' });
});
