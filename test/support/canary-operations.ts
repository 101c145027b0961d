import type { Things } from './business-things.js';
import type { TestTenant } from './tenant.js';

const DAY_MS = 86_400_000;

/** A business whose every word holds its canary, and what is known of it. */
export interface Side {
  readonly tenant: TestTenant;
  readonly canary: string;
  readonly things: Things;
  /** Their numbers, which the other business knows too. */
  readonly customers: readonly string[];
  readonly bookings: string[];
  readonly services: string[];
  readonly counterparties: string[];
  readonly auditExports: string[];
  readonly privacyRequests: string[];
  /** When Manicures can be booked. */
  readonly slots: readonly string[];
}

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
  /** The path names something of the other business. */
  readonly trespass?: true;
  /** Where the id of what it makes is noted. */
  readonly makes?: string[];
}

export interface Draw {
  /** Who asks. */
  readonly own: Side;
  /** Whose things the path names: mostly the same. */
  readonly whose: Side;
  readonly index: number;
  pick<T>(items: readonly T[]): T;
}

const read = (path: (draw: Draw) => string) => (draw: Draw) => ({ method: 'GET' as const, path: path(draw) });
/** Reads one thing, which may be the other business's. */
const look = (path: (draw: Draw) => string) => (draw: Draw) => ({
  ...read(path)(draw),
  ...(draw.whose === draw.own ? {} : { trespass: true as const }),
});
const thing = (kind: keyof Things, path: (id: string) => string) =>
  look(({ whose }) => path(whose.things[kind]));
const day = (ahead: number): string => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);

/**
 * What two businesses do, and how often of ten thousand times. Reads of customers and counterparties are entries of the audit
 * chain, which a business writes one by one: a share of them will do.
 */
export const OPERATIONS: readonly (readonly [share: number, make: (draw: Draw) => Operation])[] = [
  [300, read(() => '/threads')],
  [300, thing('thread', (id) => `/threads/${id}`)],
  [400, thing('thread', (id) => `/threads/${id}/messages?limit=5`)],
  [1400, read(() => '/services?limit=100')],
  [1700, look(({ whose, pick }) => `/services/${pick(whose.services)}`)],
  [1200, thing('staff', (id) => `/staff/${id}`)],
  [200, read(() => '/bookings?limit=5')],
  [200, look(({ whose, pick }) => `/bookings/${pick(whose.bookings)}`)],
  [900, read(() => '/me')],
  [600, read(() => '/channels')],
  [100, thing('apiKey', (id) => `/api-keys/${id}`)],
  [100, read(() => '/invitations')],
  [100, thing('domain', (id) => `/domains/${id}`)],
  [100, thing('webhookEndpoint', (id) => `/webhook-endpoints/${id}`)],
  [50, thing('webhookEndpoint', (id) => `/webhook-endpoints/${id}/deliveries?limit=5`)],
  [
    50,
    look(
      ({ whose: { things: t } }) =>
        `/webhook-endpoints/${t.webhookEndpoint}/deliveries/${t.webhookDelivery}/attempts`,
    ),
  ],
  [50, read(() => '/dead-letters')],
  [50, read(() => '/audit/entries?limit=5')],
  [50, thing('auditEntry', (id) => `/audit/entries/${id}`)],
  [20, thing('auditExport', (id) => `/audit/exports/${id}/files/entries.jsonl`)],
  [50, read(() => '/privacy/requests?limit=5')],
  [50, thing('privacyRequest', (id) => `/privacy/requests/${id}`)],
  [30, thing('privacyRequest', (id) => `/privacy/requests/${id}/export`)],
  [30, thing('legalHold', (id) => `/privacy/holds/${id}`)],
  [100, read(() => '/kyb/counterparties?limit=5')],
  [
    60,
    ({ own }) => ({
      method: 'POST',
      path: '/kyb/counterparties/search',
      body: { name: own.canary, limit: 5 },
    }),
  ],
  [200, look(({ whose, pick }) => `/kyb/counterparties/${pick(whose.counterparties)}`)],
  [60, thing('counterparty', (id) => `/kyb/counterparties/${id}/relations`)],
  [60, thing('counterparty', (id) => `/kyb/counterparties/${id}/changes`)],
  [60, thing('counterparty', (id) => `/kyb/counterparties/${id}/risk`)],
  [60, thing('counterpartyImport', (id) => `/kyb/counterparties/imports/${id}/rows`)],
  [60, thing('check', (id) => `/kyb/checks/${id}/evidence`)],
  [100, read(() => '/kyb/checks?limit=5')],
  [30, read(() => '/kyb/coverage')],
  [60, thing('run', (id) => `/kyb/runs/${id}`)],
  [100, read(() => '/kyb/alerts?limit=5')],
  [100, thing('alert', (id) => `/kyb/alerts/${id}`)],
  [60, thing('case', (id) => `/kyb/cases/${id}`)],
  [30, thing('case', (id) => `/kyb/cases/${id}/file`)],
  [
    100,
    ({ own }) => ({
      method: 'POST',
      path: '/kyb/screen',
      body: { query: { names: [`Arkady ${own.canary}`] } },
    }),
  ],
  [
    60,
    ({ own, index }) => ({
      method: 'POST',
      path: '/kyb/counterparties',
      body: { kind: 'person', names: [`Person ${own.canary} ${index}`], note: own.canary },
      headers: { 'idempotency-key': `key-${Math.floor(index / 40)}` },
      makes: own.counterparties,
    }),
  ],
  [
    20,
    ({ own, whose, pick }) => ({
      method: 'POST',
      path: `/kyb/counterparties/${pick(whose.counterparties)}/checks`,
      body: { sources: ['screening'] },
      ...(whose === own ? {} : { trespass: true as const }),
    }),
  ],
  [
    200,
    ({ own, index }) => ({
      method: 'POST',
      path: '/services',
      body: {
        name: `Style ${own.canary} ${index}`,
        durationMinutes: 30,
        price: { amount: 10, currency: 'EUR' },
      },
      // The same key on both sides: an answer kept by key alone would be the other's.
      headers: { 'idempotency-key': `key-${Math.floor(index / 400)}` },
    }),
  ],
  [
    100,
    ({ own, whose, pick }) => ({
      method: 'PATCH',
      path: `/services/${pick(whose.services)}`,
      body: { description: `By ${own.canary}` },
      ...(whose === own ? {} : { trespass: true as const }),
    }),
  ],
  [
    150,
    ({ own, pick }) => ({
      method: 'POST',
      path: '/bookings',
      body: {
        serviceId: own.things.bookableService,
        startsAt: pick(own.slots),
        customer: { name: `Guest ${own.canary}`, phone: '+49301234567' },
        notes: own.canary,
      },
      makes: own.bookings,
    }),
  ],
];

/** The two exports that a business asks for now and then: its trail since today, and what it has of a customer. */
export const exportsOf = ({ own, index, pick }: Draw): Operation[] => [
  {
    method: 'POST',
    path: '/audit/exports',
    body: { format: index % 2 === 0 ? 'jsonl' : 'csv', from: `${day(0)}T00:00:00Z` },
    makes: own.auditExports,
  },
  {
    method: 'POST',
    path: '/privacy/requests',
    body: { kind: 'export', subject: { phone: `+${pick(own.customers)}` }, reason: `For ${own.canary}` },
    makes: own.privacyRequests,
  },
];

export const SHARES = OPERATIONS.reduce((sum, [share]) => sum + share, 0);

/** An operation by a number from 0 to 1. */
export const operationAt = (dice: number): ((draw: Draw) => Operation) => {
  let left = dice * SHARES;
  for (const [share, make] of OPERATIONS) if ((left -= share) < 0) return make;
  return OPERATIONS[0]![1];
};
