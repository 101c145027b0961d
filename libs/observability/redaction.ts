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
    'address',
    'arguments',
    'args',
    'cancelReason',
    'clientSecret',
    'credentials',
    'customer',
    'customerName',
    'customerPhone',
    'displayName',
    'encryptionKeys',
    'handoffReason',
    'lane',
    'payload',
    'preview',
    'privateKey',
    'recipient',
    'sender',
    'signature',
    'transcript',
    'userAgent',
    'wa_id',
    'x-api-key',
  ].map((name) => name.toLowerCase()),
);

export const REDACTED = '[redacted]';

/** Addresses of our own side, which look like somebody's number. */
const KEPT = new Set(['account']);

/** Inside running text: numbers of people, in E.164 or as WhatsApp writes them, e-mail addresses, tokens. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\+\d{8,15}\b/g, '+[redacted]'],
  [/(?<![\w.:-])\d{10,15}(?![\w-])/g, REDACTED],
  [/[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/gi, REDACTED],
  [/\b(Bearer|Basic) +[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, REDACTED],
  [/\b(?:EAA[A-Za-z0-9]{12,}|sk-[\w-]{12,}|whsec_[\w+/=-]{12,})/g, REDACTED],
  [/([?&](?:access_token|token|api_key|key|secret|code|hub\.verify_token)=)[^&\s"]+/gi, `$1${REDACTED}`],
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
        : KEPT.has(key)
          ? item
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
