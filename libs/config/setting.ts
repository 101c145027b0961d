import ipaddr from 'ipaddr.js';

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

/** Values separated by commas, each of which `accepts` takes; none by default. */
export const list = (doc: string, accepts: (value: string) => boolean, rule: string, options?: Options) =>
  setting<readonly string[]>(
    (v) => {
      const values = v.split(',').map((value) => value.trim());
      return values.every((value) => value !== '' && accepts(value))
        ? values
        : fail(`must be ${rule}, separated by commas`);
    },
    [],
    doc,
    options,
  );

/** The code of an ISO 4217 currency. */
export const currency = (fallback: string, doc: string) =>
  setting((v) => (/^[A-Z]{3}$/.test(v) ? v : fail('must be an ISO 4217 code such as EUR')), fallback, doc);
const listOf = (v: string): string[] =>
  v
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const networksOf = (v: string): readonly string[] =>
  listOf(v).map((part) =>
    (part.includes('/') ? ipaddr.isValidCIDR(part) : ipaddr.isValid(part))
      ? part
      : fail('must be networks such as 10.0.0.0/8,fd00::/8'),
  );

/** Networks in CIDR notation or single addresses, with commas between them. */
export const networks = (doc: string) => setting<readonly string[]>(networksOf, [], doc);

/** The proxies that are trusted: none, how many in a row (`true`: one), or the networks that they are in. */
export const proxies = (doc: string) =>
  setting<false | number | readonly string[]>(
    (v) => {
      if (v === 'false') return false;
      if (v === 'true') return 1;
      if (!/^\d+$/.test(v)) return networksOf(v);
      const hops = Number(v);
      return hops >= 1 && hops <= 10 ? hops : fail('must be true, false, 1 to 10, or networks');
    },
    false,
    doc,
  );

/** Ports and ranges of ports, `443,8000-8999`. */
export const ports = (fallback: string, doc: string) => {
  const parse = (v: string): readonly (readonly [number, number])[] =>
    listOf(v).map((part) => {
      const [from, to = from] = part.split('-').map(Number);
      return from !== undefined &&
        to !== undefined &&
        [from, to].every((n) => Number.isInteger(n) && n > 0 && n < 65_536) &&
        from <= to
        ? ([from, to] as const)
        : fail('must be ports or ranges of them such as 443,8000-8999');
    });
  return setting(parse, parse(fallback), doc, { example: fallback });
};

/** Durations in seconds, with commas between them. */
export const seconds = (fallback: readonly number[], doc: string) =>
  setting<readonly number[]>(
    (v) =>
      listOf(v).map((part) =>
        /^\d{1,7}$/.test(part) ? Number(part) : fail('must be whole seconds with commas between them'),
      ),
    fallback,
    doc,
    { example: fallback.join(',') },
  );
