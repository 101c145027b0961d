export type JsonRecord = Readonly<Record<string, unknown>>;

/** Readers of JSON that nobody promised the shape of: the wanted kind, or undefined; never an exception. */
export const recordOf = (value: unknown): JsonRecord | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonRecord) : undefined;

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const recordsOf = (value: unknown): JsonRecord[] =>
  listOf(value).flatMap((item) => {
    const record = recordOf(item);
    return record ? [record] : [];
  });

/** Text that says something. Ids come as numbers in some payloads, so a finite number is text too. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
};

export const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
};

/** Without the keys whose value is undefined. */
export const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const NUL = String.fromCharCode(0);

const storableText = (text: string): string =>
  text.replaceAll(NUL, '\uFFFD').replace(LONE_SURROGATE, '\uFFFD');

/**
 * The same JSON with NUL and lone surrogates replaced by U+FFFD: `jsonb` refuses both, and a delivery that cannot be stored
 * would be redelivered for days. Half an emoji is what is left when a title is cut at a length.
 */
export const storable = (value: unknown): unknown => {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  const record = recordOf(value);
  if (!record) return value;
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [storableText(key), storable(item)]));
};
