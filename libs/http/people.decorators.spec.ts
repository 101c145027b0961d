import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { IsPhone, IsPlainName } from './people.decorators.js';

class Person {
  @IsPlainName()
  name: string;

  @IsPhone()
  phone: string;
}

const PHONE = '+491514881950';
const NAME = 'Olena';
const wrong = (given: object): string[] =>
  validateSync(plainToInstance(Person, given)).map(({ property }) => property);

describe('a name', () => {
  it.each([
    'Olena',
    "O'Brien-Müller",
    'Ірина Коваль',
    'نجمه\u200cسادات',
    '👩\u200d⚕️ Praxis',
    '美容室 №1',
    'A',
    '42',
  ])('may be %j', (name) => expect(wrong({ name, phone: PHONE })).toEqual([]));

  it.each([
    'A\r\nBcc: somebody@else.example',
    'two\nlines',
    'tab\tbed',
    'nul\0',
    'bell\u0007',
    'a\u2028b',
    'evil \u202eelpmaxe',
    '\u2066hidden\u2069',
    '\u200b\u200b',
    ' ',
    '',
    7,
    ['Olena'],
  ])('is not %j', (name) => expect(wrong({ name, phone: PHONE })).toEqual(['name']));
});

describe('a phone number', () => {
  it.each([PHONE, '+49 151 488 1950', '+49 (0) 151 4881950', '+49-151-4881950'])(
    'is one however it is written: %j',
    (phone) => {
      const read = plainToInstance(Person, { name: NAME, phone });
      expect([validateSync(read), read.phone]).toEqual([[], PHONE]);
    },
  );

  it.each(['0151 4881950', '+1', 'nobody', '', null, 49, `+49${'1'.repeat(60)}`])('is not %j', (phone) =>
    expect(wrong({ name: NAME, phone })).toEqual(['phone']),
  );
});
