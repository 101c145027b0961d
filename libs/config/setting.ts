/** How one environment variable becomes a typed value. */
export interface Setting<T> {
  readonly parse: (text: string) => T;
  readonly fallback: T;
  readonly doc: string;
  readonly secret: boolean;
  readonly example: string;
}

type Options = { secret?: boolean; example?: string };

const setting = <T>(
  parse: (text: string) => T,
  fallback: T,
  doc: string,
  options: Options = {},
): Setting<T> => ({
  parse,
  fallback,
  doc,
  secret: options.secret ?? false,
  example: options.example ?? (fallback === null || fallback === undefined ? '' : String(fallback)),
});

const fail = (reason: string): never => {
  throw new Error(reason);
};

export const text = (fallback: string, doc: string, options?: Options) =>
  setting((v) => v, fallback, doc, options);

export const optionalText = (doc: string, options?: Options) =>
  setting<string | null>((v) => v, null, doc, options);

export const integer = (fallback: number, range: { min: number; max: number }, doc: string) =>
  setting(
    (v) => {
      const n = Number(v);
      const ok = Number.isInteger(n) && n >= range.min && n <= range.max;
      return ok ? n : fail(`must be a whole number from ${range.min} to ${range.max}`);
    },
    fallback,
    doc,
  );

export const decimal = (fallback: number, range: { min: number; max: number }, doc: string) =>
  setting(
    (v) => {
      const n = Number(v);
      return Number.isFinite(n) && n >= range.min && n <= range.max
        ? n
        : fail(`must be a number from ${range.min} to ${range.max}`);
    },
    fallback,
    doc,
  );

export const flag = (fallback: boolean, doc: string) =>
  setting(
    (v) => (v === 'true' ? true : v === 'false' ? false : fail('must be true or false')),
    fallback,
    doc,
  );

export const oneOf = <const T extends string>(values: readonly T[], fallback: T, doc: string) =>
  setting<T>(
    (v) => values.find((value) => value === v) ?? fail(`must be one of ${values.join(', ')}`),
    fallback,
    `${doc} One of: ${values.join(', ')}.`,
  );

const parseUrl = (protocols: readonly string[]) => (v: string) => {
  const url = URL.canParse(v) ? new URL(v) : fail('must be a URL');
  if (!protocols.includes(url.protocol))
    fail(`must start with ${protocols.map((p) => `${p}//`).join(' or ')}`);
  return v.replace(/\/+$/, '');
};

export const httpUrl = (fallback: string, doc: string) =>
  setting(parseUrl(['http:', 'https:']), fallback, doc);

export const optionalUrl = (protocols: readonly string[], doc: string, options?: Options) =>
  setting<string | null>(parseUrl(protocols), null, doc, options);

/** A key of exactly 32 bytes, written in base64. */
export const optionalKey = (doc: string) =>
  setting<string | null>(
    (v) =>
      Buffer.from(v, 'base64').length === 32
        ? v
        : fail('must be 32 bytes in base64 (openssl rand -base64 32)'),
    null,
    doc,
    { secret: true },
  );

/** Keys of exactly 32 bytes in base64, comma-separated; none when empty. */
export const keyList = (doc: string) =>
  setting<readonly string[]>(
    (v) => {
      const keys = v.split(',').map((key) => key.trim());
      return keys.every((key) => Buffer.from(key, 'base64').length === 32)
        ? keys
        : fail('must be keys of 32 bytes in base64, comma-separated');
    },
    [],
    doc,
    { secret: true },
  );

/** A secret of at least 32 characters. */
export const optionalSecret = (doc: string, minLength = 32) =>
  setting<string | null>(
    (v) => (v.length >= minLength ? v : fail(`must be at least ${minLength} characters`)),
    null,
    doc,
    { secret: true },
  );
