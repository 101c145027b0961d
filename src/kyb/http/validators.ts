import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isISO8601, ValidateBy } from 'class-validator';
import { isPartialDate } from '../domain/counterparty.js';
import { countryOf, NO_COUNTRY } from '../domain/country.js';
import { leiOf, vatNumberOf } from '../domain/identifiers.js';

/** Without white space at its ends; of a list, each. */
export const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => {
    const trim = (each: unknown): unknown => (typeof each === 'string' ? each.trim() : each);
    return Array.isArray(value) ? value.map(trim) : trim(value);
  });

const normal = (name: string, of: (text: string) => string | null, message: string): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (of(value) ?? value) : value)),
    ValidateBy({
      name,
      validator: {
        validate: (value: unknown) => typeof value === 'string' && of(value) !== null,
        defaultMessage: () => `$property ${message}`,
      },
    }),
  );

/** Hands on the number in its one form. Whether it exists, and its check digits, VIES says. */
export const IsVatNumber = (): PropertyDecorator =>
  normal('isVatNumber', vatNumberOf, 'must be a VAT number with its prefix, such as DE136695976');

export const IsLei = (): PropertyDecorator =>
  normal(
    'isLei',
    leiOf,
    'must be a LEI (ISO 17442) whose check digits are right, such as 529900T8BM49AURSDO55',
  );

/** Hands on the country in upper case. */
export const IsCountry = (): PropertyDecorator => normal('isCountry', countryOf, NO_COUNTRY);

/** A list of countries, each in upper case and once. */
export const AreCountries = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value)
        ? [
            ...new Set(
              value.map((each: unknown) => (typeof each === 'string' ? (countryOf(each) ?? each) : each)),
            ),
          ]
        : value,
    ),
    ValidateBy({
      name: 'areCountries',
      validator: {
        validate: (value: unknown) =>
          Array.isArray(value) &&
          value.every((each: unknown) => typeof each === 'string' && countryOf(each) !== null),
        defaultMessage: () => `each of $property ${NO_COUNTRY}`,
      },
    }),
  );

export const IsPartialDate = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPartialDate',
    validator: {
      validate: isPartialDate,
      defaultMessage: () => '$property must be YYYY, YYYY-MM or YYYY-MM-DD, in the calendar, from 1800 on',
    },
  });

export const GENDERS = ['male', 'female'] as const;

/** As `IsIn`, which would put a second enum, without a name, into the document. */
export const IsGender = (): PropertyDecorator =>
  ValidateBy({
    name: 'isGender',
    validator: {
      validate: (value: unknown) => (GENDERS as readonly unknown[]).includes(value),
      defaultMessage: () => `$property must be one of ${GENDERS.join(', ')}`,
    },
  });

/** An object that says something. */
export const SaysSomething = (): PropertyDecorator =>
  ValidateBy({
    name: 'saysSomething',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        Object.values(value).some((member) => member !== null && member !== undefined),
      defaultMessage: () => '$property must have a member at least; null empties it',
    },
  });

const ZONED = /T.*(?:Z|[+-]\d{2}:\d{2})$/;

export const IsInstant = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        ZONED.test(value) &&
        isISO8601(value, { strict: true }) &&
        !Number.isNaN(Date.parse(value)),
      defaultMessage: () =>
        '$property must be an ISO-8601 instant with its offset, such as 2027-01-31T00:00:00Z',
    },
  });
