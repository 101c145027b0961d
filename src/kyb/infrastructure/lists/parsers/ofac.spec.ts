import type { ListedEntity } from '../../../domain/listed-entity.js';
import { countryOf } from './countries.js';
import { parseOfac } from './ofac.js';

const of = async (remarks: string): Promise<ListedEntity> => {
  const row = [
    '1',
    '"SOMEBODY, Invented"',
    'individual',
    'TEST',
    ...Array.from({ length: 7 }, () => '-0- '),
    `"${remarks}"`,
  ];
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${row.join(',')}\n`);
  };
  for await (const entity of parseOfac({ primary: bytes() }, { publishedAt: null })) return entity;
  throw new Error('nobody');
};

it.each([
  [
    'Passport RL 0123456 (Lebanon) issued 08 Sep 2006',
    { type: 'passport', value: 'RL 0123456', country: 'LB' },
  ],
  ['alt. Passport 265 216 (Egypt).', { type: 'passport', value: '265 216', country: 'EG' }],
  ['Identification Number IMO 9187629', { type: 'imo', value: '9187629', country: null }],
  ['Vessel Registration Identification IMO 9187629', { type: 'imo', value: '9187629', country: null }],
  ['V.A.T. Number BG 123456789 (Bulgaria)', { type: 'tax', value: 'BG 123456789', country: 'BG' }],
  ['Tax ID No. 7744001497 (Russia)', { type: 'tax', value: '7744001497', country: 'RU' }],
])('a document in the remarks is read whole: %s', async (remarks, identifier) => {
  expect((await of(remarks)).identifiers).toEqual([identifier]);
});

it.each(['Passport issued', 'Registration Number HRB', 'Tax ID No. #'])(
  'a prefix without a number is no identifier: %s',
  async (remarks) => {
    expect((await of(remarks)).identifiers).toEqual([]);
  },
);

it.each([
  ['Myanmar', 'MM'],
  ['Burma', 'MM'],
  ['DPRK', 'KP'],
  ['Virgin Islands, British', 'VG'],
  ['Saint Kitts and Nevis', 'KN'],
  ['Saint Vincent and the Grenadines', 'VC'],
  ['Dominica', 'DM'],
  ['Dominican Republic', 'DO'],
  ['Congo, Republic of the', 'CG'],
  ['Congo, Democratic Republic of the', 'CD'],
  ['undetermined', null],
])('the country %s is %s', (name, code) => {
  expect(countryOf(name)).toBe(code);
});
