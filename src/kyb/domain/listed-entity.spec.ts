import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from '#libs/kernel';
import { entryHash, entryJson, type ListedEntity } from './listed-entity.js';

const text = fc.string({ unit: 'binary' });
const entity: fc.Arbitrary<ListedEntity> = fc.record({
  remarks: fc.option(text),
  entryId: text,
  kind: fc.constantFrom('person', 'organisation', 'vessel', 'unknown'),
  names: fc.array(fc.record({ weak: fc.boolean(), text })),
  birthDates: fc.array(text),
  gender: fc.constantFrom('male', 'female', null),
  countries: fc.array(text),
  identifiers: fc.array(fc.record({ type: text, value: text, country: fc.option(text) })),
  addresses: fc.array(text),
  programmes: fc.array(text),
  listedOn: fc.option(text),
});

it('is hashed by its canonical JSON, in whatever order its keys come', () =>
  fc.assert(
    fc.property(entity, (given) => {
      expect(entryJson(given)).toBe(canonicalJson(given));
      expect(entryHash(given)).toBe(createHash('sha256').update(canonicalJson(given)).digest('hex'));
    }),
  ));

it('has another hash when anything of it is another', () => {
  const given: ListedEntity = {
    entryId: 'EU.1',
    kind: 'person',
    names: [{ text: 'Invented Person', weak: false }],
    birthDates: ['1970'],
    gender: null,
    countries: ['RU'],
    identifiers: [{ type: 'passport', value: '1', country: null }],
    addresses: ['1 Street'],
    programmes: ['TEST'],
    listedOn: '2022-02-25',
    remarks: 'Invented.',
  };
  const others: Partial<ListedEntity>[] = [
    { entryId: 'EU.2' },
    { kind: 'unknown' },
    { names: [{ text: 'Invented Person', weak: true }] },
    { names: [{ text: 'Another Person', weak: false }] },
    { birthDates: [] },
    { gender: 'male' },
    { countries: ['BY'] },
    { identifiers: [{ type: 'passport', value: '1', country: 'RU' }] },
    { identifiers: [{ type: 'tax', value: '1', country: null }] },
    { identifiers: [{ type: 'passport', value: '2', country: null }] },
    { addresses: [] },
    { programmes: [] },
    { listedOn: null },
    { remarks: null },
  ];
  const hashes = [given, ...others.map((other) => ({ ...given, ...other }))].map(entryHash);
  expect(new Set(hashes).size).toBe(others.length + 1);
});
