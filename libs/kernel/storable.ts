const UNSTORABLE = '\0';

/** Whether the database keeps a text as it is: PostgreSQL has no NUL, and its jsonb no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes(UNSTORABLE) && text.isWellFormed();

/** The text without NUL, and with U+FFFD for each half of a surrogate pair. For what others write and we cannot refuse. */
export const storable = (text: string): string => text.replaceAll(UNSTORABLE, '').toWellFormed();

/** How JSON escapes what `storable` mends; an escaped backslash before it only costs a further look. */
const SUSPECT = /\\u(?:0000|d[89a-f])/;

/** JSON whose strings, keys included, are all storable. For jsonb of which a part comes from outside. */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  return SUSPECT.test(json) ? JSON.stringify(mended(JSON.parse(json))) : json;
};

const mended = (value: unknown): unknown => {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(mended);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), mended(inner)]));
};
