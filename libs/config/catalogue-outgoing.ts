import { integer, networks, ports, seconds } from './setting.js';

/** Calls to URLs that a business gave. */
export const OUTGOING = {
  allowedNetworks: [
    'OUTGOING_ALLOWED_NETWORKS',
    networks(
      'Networks that URLs given by a business may lead to although they are not public, such as 10.1.0.0/16,fd00:1::/64. Cloud metadata never.',
    ),
  ],
  allowedPorts: [
    'OUTGOING_ALLOWED_PORTS',
    ports('80,443,8080,8443', 'Ports that URLs given by a business may name, such as 443,8000-8999.'),
  ],
  connectTimeoutMs: [
    'OUTGOING_CONNECT_TIMEOUT_MS',
    integer(5_000, { min: 50, max: 60_000 }, 'Longest wait for the connection to such a URL.'),
  ],
  timeoutMs: [
    'OUTGOING_TIMEOUT_MS',
    integer(15_000, { min: 50, max: 300_000 }, 'Longest wait for the whole answer of such a URL.'),
  ],
  maxResponseBytes: [
    'OUTGOING_MAX_RESPONSE_BYTES',
    integer(1_048_576, { min: 1024, max: 104_857_600 }, 'Largest answer taken from such a URL.'),
  ],
} as const;

export const WEBHOOKS = {
  retrySeconds: [
    'WEBHOOK_RETRY_SECONDS',
    seconds(
      [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
      'Pauses before each further try of a delivery; up to a fifth is added at random.',
    ),
  ],
  timeoutMs: [
    'WEBHOOK_TIMEOUT_MS',
    integer(15_000, { min: 100, max: 60_000 }, 'Longest wait for the answer of an endpoint.'),
  ],
  concurrency: [
    'WEBHOOK_CONCURRENCY',
    integer(16, { min: 1, max: 500 }, 'Deliveries under way at once per process ...'),
  ],
  endpointConcurrency: [
    'WEBHOOK_ENDPOINT_CONCURRENCY',
    integer(4, { min: 1, max: 100 }, '... and at once to one endpoint, in all processes.'),
  ],
  pollMs: [
    'WEBHOOK_POLL_MS',
    integer(1_000, { min: 20, max: 60_000 }, 'How often due deliveries are looked for in the database.'),
  ],
  pauseAfterFailures: [
    'WEBHOOK_PAUSE_AFTER_FAILURES',
    integer(10, { min: 1, max: 1_000 }, 'Failures in a row after which an endpoint is left alone a while.'),
  ],
  disableAfterDays: [
    'WEBHOOK_DISABLE_AFTER_DAYS',
    integer(5, { min: 1, max: 60 }, 'Days of nothing but failures after which an endpoint is disabled.'),
  ],
  keepDays: [
    'WEBHOOK_KEEP_DAYS',
    integer(30, { min: 5, max: 365 }, 'Days that deliveries, their bodies and attempts are kept.'),
  ],
  maxEndpoints: [
    'WEBHOOK_MAX_ENDPOINTS',
    integer(20, { min: 1, max: 1_000 }, 'Endpoints that one business may have.'),
  ],
} as const;
