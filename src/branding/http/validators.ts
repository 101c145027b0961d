import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Letters that turn the direction of a text, or cannot be seen: they make one name look like another. */
const UNSEEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

const check = (name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => `$property ${message}` } });

/** A name on one line. */
export const IsName = (max: number): PropertyDecorator =>
  applyDecorators(
    Trimmed(),
    check(
      'isName',
      `must be 1 to ${max} characters on one line, without control or direction characters`,
      (value) => typeof value === 'string' && value.length >= 1 && value.length <= max && !UNSEEN.test(value),
    ),
  );

export const IsHexColor = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    check(
      'isRgb',
      'must be a color as #rrggbb',
      (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/.test(value),
    ),
  );

const isHttps = (value: string): boolean => {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === 'https:' && username === '' && password === '';
};

export const IsHttpsUrl = (): PropertyDecorator =>
  check(
    'isHttps',
    'must be an https URL without user and password, of at most 500 characters',
    (value) => typeof value === 'string' && value.length <= 500 && isHttps(value),
  );

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const IsBase64Of = (bytes: number): PropertyDecorator =>
  check(
    'isBase64Of',
    `must be base64 of 1 to ${bytes} bytes`,
    (value) =>
      typeof value === 'string' &&
      value.length > 0 &&
      value.length <= Math.ceil(bytes / 3) * 4 &&
      BASE64.test(value),
  );
