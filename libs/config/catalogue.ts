import { BRANDING_CATALOGUE } from './catalogue-branding.js';
import { ACCOUNTS, MAIL } from './catalogue-accounts.js';
import { AUDIT_SETTINGS } from './catalogue-audit.js';
import { DATABASE, REDIS } from './catalogue-engines.js';
import { OUTGOING, WEBHOOKS } from './catalogue-outgoing.js';
import { THROTTLING } from './catalogue-throttling.js';
import { INBOX } from './catalogue-inbox.js';
import { KYB } from './catalogue-kyb.js';
import { PRIVACY } from './catalogue-privacy.js';
import { MESSAGING } from './catalogue-messaging.js';
import {
  decimal,
  flag,
  httpUrl,
  integer,
  list,
  oneOf,
  keyList,
  optionalKey,
  optionalSecret,
  optionalText,
  optionalUrl,
  proxies,
  text,
} from './setting.js';

/** Every setting there is, by group and by the name of its environment variable. `.env.example` is made from this. */
export const CATALOGUE = {
  process: {
    role: ['ROLE', oneOf(['all', 'api', 'worker'], 'all', 'What this process does: HTTP, jobs, or both.')],
    environment: [
      'NODE_ENV',
      oneOf(
        ['development', 'production', 'test'],
        'development',
        'production refuses generated secrets and embedded engines.',
      ),
    ],
    dataDir: ['DATA_DIR', text('.data', 'Where the embedded engines, generated secrets and logs live.')],
  },
  http: {
    host: ['HOST', text('127.0.0.1', 'Address to listen on; 0.0.0.0 in a container.')],
    port: ['PORT', integer(3000, { min: 0, max: 65535 }, 'Port to listen on; 0 takes a free one.')],
    publicUrl: [
      'PUBLIC_URL',
      optionalUrl(
        ['http:', 'https:'],
        'Where the outside reaches this installation; the listening address when empty.',
      ),
    ],
    trustProxy: [
      'TRUST_PROXY',
      proxies(
        'Whose X-Forwarded-For and X-Forwarded-Host count: true for the one proxy in front, 2 for two in a row, or their networks such as 10.0.0.0/8,fd00::/8.',
      ),
    ],
    metricsToken: [
      'METRICS_TOKEN',
      optionalText(
        'GET /metrics then asks for it as a bearer token; without it, close the route at the proxy.',
        { secret: true },
      ),
    ],
    allowedHosts: [
      'ALLOWED_HOSTS',
      list(
        'Further host names of this installation, beside that of PUBLIC_URL. With neither set it answers to localhost, IP addresses and names without a dot; custom domains always work.',
        (host) => /^[a-z0-9.-]{1,253}$/.test(host),
        'lower-case host names without port',
      ),
    ],
    bodyLimitBytes: [
      'BODY_LIMIT_BYTES',
      integer(1_048_576, { min: 1024, max: 104_857_600 }, 'Largest accepted request body.'),
    ],
    loginAttemptsPerMinute: [
      'LOGIN_ATTEMPTS_PER_MINUTE',
      integer(10, { min: 1, max: 10_000 }, 'Failed logins per account and address before 429.'),
    ],
  },
  throttling: THROTTLING,
  database: DATABASE,
  redis: REDIS,
  log: {
    level: [
      'LOG_LEVEL',
      oneOf(
        ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
        'info',
        'Least severe level that is logged.',
      ),
    ],
    destination: [
      'LOG_DESTINATION',
      text(
        'auto',
        'stdout, a file path, or auto: a file under DATA_DIR on embedded engines, stdout otherwise.',
      ),
    ],
  },
  security: {
    jwtSecret: [
      'JWT_SECRET',
      optionalSecret(
        'Signs access tokens (HS256). Generated under DATA_DIR when empty; required in production.',
      ),
    ],
    secretKey: [
      'SECRET_KEY',
      optionalKey(
        'Wraps data keys when ENCRYPTION_KEYS and ENCRYPTION_KEY_FILE are empty, and unwraps what it wrapped before. Generated under DATA_DIR when all three are empty; production requires one.',
      ),
    ],
    encryptionKeys: [
      'ENCRYPTION_KEYS',
      optionalText(
        'Key-encryption keys as <id>:<32 bytes in base64>, separated by commas; the first is the active one. After a change: cli rotate-keys.',
        { secret: true },
      ),
    ],
    encryptionKeyFile: [
      'ENCRYPTION_KEY_FILE',
      optionalText(
        'A file with key-encryption keys, one <id>:<base64> a line; they come after ENCRYPTION_KEYS.',
      ),
    ],
    dataKeyCacheSeconds: [
      'DATA_KEY_CACHE_SECONDS',
      integer(
        60,
        { min: 1, max: 3600 },
        'How long a process may keep an unwrapped data key: the longest that one destroyed elsewhere still opens here.',
      ),
    ],
    rawEventDays: [
      'RAW_EVENT_DAYS',
      integer(
        30,
        { min: 8, max: 3650 },
        'How long what providers sent can be read: the keys of weeks that ended longer ago are destroyed.',
      ),
    ],
    dataKeyCacheSize: [
      'DATA_KEY_CACHE_SIZE',
      integer(20_000, { min: 100, max: 1_000_000 }, 'Unwrapped data keys that a process keeps at most.'),
    ],
    accessTokenSeconds: [
      'ACCESS_TOKEN_SECONDS',
      integer(900, { min: 60, max: 3600 }, 'Life of an access token.'),
    ],
    signingKey: [
      'SIGNING_KEY',
      optionalKey(
        'Seed of the Ed25519 key that signs heads of the audit trail and receipts. Generated under DATA_DIR when empty; required in production.',
      ),
    ],
    signingKeysBefore: [
      'SIGNING_KEYS_BEFORE',
      keyList('Seeds that were the SIGNING_KEY before, comma-separated: what they signed still verifies.'),
    ],
    refreshTokenDays: ['REFRESH_TOKEN_DAYS', integer(30, { min: 1, max: 365 }, 'Life of a refresh token.')],
    sessionMaxDays: [
      'SESSION_MAX_DAYS',
      integer(90, { min: 1, max: 3650 }, 'After how long a login ends however much it is used.'),
    ],
  },
  accounts: ACCOUNTS,
  mail: MAIL,
  audit: AUDIT_SETTINGS,
  messaging: MESSAGING,
  webhooks: WEBHOOKS,
  outgoing: OUTGOING,
  meta: {
    graphUrl: [
      'META_GRAPH_URL',
      optionalUrl(
        ['http:', 'https:'],
        'Graph API. The built-in sandbox when neither this nor META_ACCESS_TOKEN is set; https://graph.facebook.com with a token.',
      ),
    ],
    graphVersion: ['META_GRAPH_VERSION', text('v23.0', 'Graph API version, part of every path.')],
    accessToken: [
      'META_ACCESS_TOKEN',
      optionalText('Token of the demo salon’s WhatsApp channel; other channels keep their own.', {
        secret: true,
      }),
    ],
    appSecret: [
      'META_APP_SECRET',
      optionalText('Verifies X-Hub-Signature-256. Generated under DATA_DIR for the demo when empty.', {
        secret: true,
      }),
    ],
    verifyToken: [
      'META_VERIFY_TOKEN',
      optionalText('Answers Meta’s webhook handshake. Generated under DATA_DIR for the demo when empty.', {
        secret: true,
      }),
    ],
    typingIndicator: [
      'META_TYPING_INDICATOR',
      flag(false, 'Mark WhatsApp messages as read and show "typing" while an answer is composed.'),
    ],
    timeoutMs: [
      'META_TIMEOUT_MS',
      integer(10_000, { min: 100, max: 120_000 }, 'Longest wait for one Graph API request.'),
    ],
  },
  sending: {
    attempts: [
      'SEND_ATTEMPTS',
      integer(8, { min: 1, max: 50 }, 'Tries of one message before the dead letter.'),
    ],
    backoffMs: [
      'SEND_BACKOFF_MS',
      integer(1_000, { min: 1, max: 600_000 }, 'First pause between tries; doubles, with jitter.'),
    ],
    unknownOutcomeWaitMs: [
      'SEND_UNKNOWN_OUTCOME_WAIT_MS',
      integer(
        15_000,
        { min: 0, max: 600_000 },
        'After a send whose outcome is not known: how long a delivery status is awaited before it is sent again.',
      ),
    ],
  },
  ai: {
    baseUrl: ['OPENAI_BASE_URL', httpUrl('https://api.openai.com/v1', 'Any OpenAI-compatible server.')],
    apiKey: [
      'OPENAI_API_KEY',
      optionalText('Model key; the offline rule-based model answers when empty.', { secret: true }),
    ],
    model: ['OPENAI_MODEL', text('gpt-4o-mini', 'Default model of an assistant.')],
    temperature: ['AI_TEMPERATURE', decimal(0.3, { min: 0, max: 2 }, 'Default temperature.')],
    maxTokens: [
      'AI_MAX_TOKENS',
      integer(700, { min: 16, max: 32_000 }, 'Default limit of tokens per completion.'),
    ],
    timeoutMs: [
      'AI_TIMEOUT_MS',
      integer(30_000, { min: 50, max: 300_000 }, 'Longest wait for one completion.'),
    ],
    attempts: [
      'AI_ATTEMPTS',
      integer(3, { min: 1, max: 10 }, 'Tries of one completion on 429, 5xx and lost connections.'),
    ],
    backoffMs: [
      'AI_BACKOFF_MS',
      integer(500, { min: 1, max: 60_000 }, 'First pause between tries; doubles, with jitter.'),
    ],
    maxToolRounds: ['AI_MAX_TOOL_ROUNDS', integer(8, { min: 1, max: 30 }, 'Model calls in one turn.')],
  },
  inbox: INBOX,
  conversations: {
    quietWindowMs: [
      'TURN_QUIET_MS',
      integer(1_500, { min: 0, max: 60_000 }, 'A turn starts when the customer has been quiet this long ...'),
    ],
    maxWaitMs: ['TURN_MAX_WAIT_MS', integer(8_000, { min: 0, max: 300_000 }, '... or has waited this long.')],
    historyMessages: [
      'TURN_HISTORY_MESSAGES',
      integer(40, { min: 2, max: 500 }, 'Messages of the thread that a turn looks back on.'),
    ],
  },
  ...BRANDING_CATALOGUE,
  privacy: PRIVACY,
  kyb: KYB,
  demo: {
    seed: [
      'DEMO_SEED',
      flag(true, 'Seed the demo salon when the database is empty and NODE_ENV is not production.'),
    ],
    adminEmail: ['DEMO_ADMIN_EMAIL', text('owner@demo-salon.example', 'Login of the demo administrator.')],
    adminPassword: [
      'DEMO_ADMIN_PASSWORD',
      optionalText('Password of the demo administrator; generated when empty.', { secret: true }),
    ],
    phoneNumberId: [
      'DEMO_PHONE_NUMBER_ID',
      text('106540352242922', 'phone_number_id of the demo salon’s WhatsApp channel.'),
    ],
  },
} as const;
