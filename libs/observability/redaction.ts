/** Members whose values never go into a log, wherever they are: credentials, what customers write, who they are. */
const NAMES = new Set(
  [
    'authorization',
    'cookie',
    'set-cookie',
    'x-hub-signature-256',
    'password',
    'passwordHash',
    'token',
    'accessToken',
    'refreshToken',
    'verifyToken',
    'appSecret',
    'apiKey',
    'secret',
    'jwtSecret',
    'secretKey',
    'body',
    'rawBody',
    'text',
    'content',
    'caption',
    'parts',
    'parameters',
    'phone',
    'waId',
    'email',
    'name',
    'notes',
  ].map((name) => name.toLowerCase()),
);

export const REDACTED = '[redacted]';

/** E.164 with "+", and Bearer tokens, inside running text. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\+\d{8,15}\b/g, '+[redacted]'],
  [/\bBearer +[\w.~+/=-]+/gi, 'Bearer [redacted]'],
];

export const scrubText = (text: string): string =>
  PATTERNS.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), text);

const MAX_DEPTH = 5;
const MAX_ITEMS = 50;

/** A copy of a log line's members without what must not be logged. Errors become plain objects, see `describeError`. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      NAMES.has(key.toLowerCase()) && item !== undefined && item !== null
        ? REDACTED
        : redact(item, depth + 1),
    ]),
  );
};

/** Only members known to be harmless: a driver's error carries bound values in `parameters` and `detail`. */
const describeError = (error: Error, depth: number): Record<string, unknown> => {
  const extra = error as {
    code?: unknown;
    status?: unknown;
    failure?: unknown;
    provider?: unknown;
    query?: unknown;
    constraint?: unknown;
  };
  return {
    type: error.name,
    message: scrubText(error.message),
    stack: scrubText(error.stack ?? ''),
    code: extra.code,
    provider: extra.provider,
    failure: extra.failure,
    constraint: extra.constraint,
    query: typeof extra.query === 'string' ? extra.query.slice(0, 500) : undefined,
    ...(error.cause !== undefined && depth < MAX_DEPTH ? { cause: redact(error.cause, depth + 1) } : {}),
  };
};
