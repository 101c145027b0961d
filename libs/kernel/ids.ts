import { v7, validate } from 'uuid';

/** A time-ordered identifier (UUID version 7, RFC 9562), lower-case text of 36 characters. */
export const newId = (): string => v7();

export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value);
