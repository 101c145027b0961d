import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** The longest text that is read as a number: what is longer is refused unread. */
const PHONE_TEXT = 40;

/** Ends of lines, control characters, and those that turn the direction of what follows: in a mail they make one name look like another. */
const UNPLAIN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

const check = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => `$property ${message}` } });

/** Accepts the ways people write an international number and hands on E.164 with "+". */
export const IsPhone = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && value.length <= PHONE_TEXT
        ? (parsePhoneNumberFromString(value)?.number ?? value)
        : value,
    ),
    check(
      'isPhone',
      'must be an international phone number that exists, such as +380501234567',
      (value) =>
        typeof value === 'string' &&
        value.length <= PHONE_TEXT &&
        parsePhoneNumberFromString(value)?.isValid() === true,
    ),
  );

/** What a person or a business is called: one line with something to see. Its length is another rule's. */
export const IsPlainName = (): PropertyDecorator =>
  check(
    'isPlainName',
    'must be on one line, with something to see, without control or direction characters',
    (value) => typeof value === 'string' && SEEN.test(value) && !UNPLAIN.test(value),
  );
