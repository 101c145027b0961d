import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { parseLocalDate } from '../domain/local-date.js';
import type { RangeEdge } from '../domain/slot-range.js';

export { IsPhone, MayBeAbsent, MayBeNull } from '#libs/http';

const check = (
  name: string,
  message: string,
  validate: (value: unknown) => boolean,
  options?: ValidationOptions,
) => ValidateBy({ name, validator: { validate, defaultMessage: () => `$property ${message}` } }, options);

/** Text for people, trimmed; PostgreSQL stores every character but NUL. */
export const IsText = (length: { min: number; max: number }): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    check(
      'isText',
      `must be text of ${length.min} to ${length.max} characters`,
      (value) =>
        typeof value === 'string' &&
        value.length >= length.min &&
        value.length <= length.max &&
        !value.includes('\0'),
    ),
  );

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const isInstant = (value: unknown): value is string => {
  const date = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  return date !== undefined && parseLocalDate(date) !== null;
};
const isDate = (value: unknown): value is string =>
  typeof value === 'string' && parseLocalDate(value) !== null;

export const IsInstant = (): PropertyDecorator =>
  check('isInstant', 'must be an ISO-8601 instant with its offset, such as 2026-11-23T09:00:00Z', isInstant);

export const IsLocalDate = (): PropertyDecorator =>
  check('isLocalDate', 'must be a date, YYYY-MM-DD, that is in the calendar', isDate);

export const IsInstantOrDate = (): PropertyDecorator =>
  check(
    'isInstantOrDate',
    'must be a date, YYYY-MM-DD, or an ISO-8601 instant with its offset, such as 2026-11-23T09:00:00Z',
    (value) => isInstant(value) || isDate(value),
  );

/** Of a text that `IsInstantOrDate` has let through. */
export const edgeOf = (text: string): RangeEdge => {
  const date = parseLocalDate(text);
  return date === null ? { instant: new Date(text) } : { date };
};

/** A query parameter `true` or `false`. */
export const ToBoolean = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
