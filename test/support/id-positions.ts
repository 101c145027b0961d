import { type ApiRoute, resolve, type Schema } from './api-routes.js';
import type { ThingKind } from './business-things.js';

/** Where a route takes an id: a path parameter, a query parameter, or a place of its body as a JSON pointer. */
export interface IdPosition {
  readonly in: 'path' | 'query' | 'body';
  readonly name: string;
}

/** By what stands before the parameter. Null: of nobody, as the reason in NOBODYS says. */
const PATHS: Readonly<Record<string, ThingKind | null>> = {
  'dead-letters': 'deadLetter',
  'me/businesses': 'tenant',
  'me/sessions': 'session',
  invitations: 'invitation',
  'api-keys': 'apiKey',
  members: 'member',
  roles: 'role',
  teams: 'team',
  domains: 'domain',
  channels: 'channel',
  threads: 'thread',
  services: 'service',
  staff: 'staff',
  'calendar/exceptions': 'hoursException',
  bookings: 'booking',
  'audit/entries': 'auditEntry',
  'audit/exports': 'auditExport',
  'audit/exports/{}/files': 'exportFile',
  'webhook-endpoints': 'webhookEndpoint',
  'webhook-endpoints/{}/deliveries': 'webhookDelivery',
  'privacy/requests': 'privacyRequest',
  'privacy/holds': 'legalHold',
  'kyb/counterparties': 'counterparty',
  'kyb/counterparties/imports': 'counterpartyImport',
  'kyb/counterparties/{}/relations': 'relation',
  'kyb/checks': 'check',
  'kyb/runs': 'run',
  'kyb/alerts': 'alert',
  'kyb/cases': 'case',
  // The lists are of the installation: all businesses see the same.
  'kyb/lists': null,
  'kyb/lists/{}/entries': null,
};

/** What a list lists, and so what its cursor is the id of. */
const LISTED: Readonly<Record<string, ThingKind | null>> = {
  'dead-letters': 'deadLetter',
  'me/sessions': 'session',
  invitations: 'invitation',
  'api-keys': 'apiKey',
  members: 'member',
  teams: 'team',
  domains: 'domain',
  channels: 'channel',
  threads: 'thread',
  'threads/{}/messages': 'message',
  services: 'bookableService',
  staff: 'staff',
  'calendar/exceptions': 'hoursException',
  bookings: 'booking',
  'referrals/ledger': 'referralEntry',
  'referrals/businesses': 'referral',
  'audit/entries': 'auditEntry',
  'audit/heads': 'auditHead',
  'webhook-endpoints': 'webhookEndpoint',
  'webhook-endpoints/{}/deliveries': 'webhookDelivery',
  'webhook-endpoints/{}/deliveries/{}/attempts': 'webhookAttempt',
  'privacy/requests': 'privacyRequest',
  'privacy/holds': 'legalHold',
  'privacy/retention/runs': 'retentionRun',
  'kyb/counterparties': 'counterparty',
  'kyb/counterparties/search': 'counterparty',
  'kyb/counterparties/{}/changes': 'change',
  'kyb/counterparties/{}/snapshots': 'snapshot',
  'kyb/counterparties/{}/risk/history': 'risk',
  'kyb/checks': 'check',
  'kyb/coverage/gaps': 'counterparty',
  'kyb/runs': 'run',
  'kyb/alerts': 'alert',
  'kyb/cases': 'case',
  'kyb/cases/{}/history': 'caseEvent',
  'kyb/alerts/{}/history': 'alertEvent',
  'kyb/lists/{}/changes': null,
  'kyb/lists/{}/fetches': null,
};

/** Parameters and members of bodies by their names. */
const NAMED: Readonly<Record<string, ThingKind | null>> = {
  tenantId: 'tenant',
  salon_id: 'tenant',
  channelId: 'channel',
  assigneeId: 'member',
  memberIds: 'member',
  personId: 'member',
  teamId: 'team',
  role: 'role',
  serviceId: 'bookableService',
  serviceIds: 'service',
  staffId: 'staff',
  customerId: 'customer',
  'customer/id': 'customer',
  actorId: 'owner',
  subjectId: 'booking',
  requestId: 'request',
  contactId: 'contact',
  counterpartyId: 'counterparty',
  toId: 'partner',
  runId: 'run',
  caseId: 'case',
  ids: 'alert',
  // Named by whoever asks; Meta's; the installation's; a head that is handed in, of which its signature counts.
  conversation_id: null,
  businessAccountId: null,
  keyId: null,
  'heads/id': null,
};

const prefixOf = (path: string): string => path.replace(/^\/api\/v1\//, '').replace(/\{\w+\}/g, '{}');

/** Which kind of thing a position takes the id of; undefined: nobody has said. */
export const kindAt = ({ path }: ApiRoute, { in: where, name }: IdPosition): ThingKind | null | undefined => {
  if (where === 'path') return PATHS[prefixOf(path.slice(0, path.indexOf(`/{${name}}`)))];
  if (/^\/?startingAfter$/.test(name)) return LISTED[prefixOf(path)];
  const steps = name.split('/').filter((step) => step !== '' && !/^\d+$/.test(step));
  return NAMED[steps.at(-1) === 'id' ? steps.slice(-2).join('/') : (steps.at(-1) ?? '')];
};

const ID_NAME = /^id$|Ids?$|_ids?$|^ids$/;
/** The name of a built-in role, or the id of another; where it is one of a list, it is something else. */
const ROLE = 'role';

const bodyIds = (given: Schema, pointer = ''): string[] => {
  const schema = { ...resolve(given), ...given } as Schema & {
    items?: Schema;
    format?: string;
    enum?: unknown;
  };
  const name = pointer.split('/').findLast((step) => !/^\d+$/.test(step)) ?? '';
  if (schema.items) return bodyIds(schema.items, `${pointer}/0`);
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([member, each]) =>
      bodyIds(each, `${pointer}/${member}`),
    );
  const isRole = name === ROLE && !schema.enum;
  return schema.format === 'uuid' || ID_NAME.test(name) || isRole ? [pointer] : [];
};

/** Every place of a route's path, query and body that takes an id. */
export const idPositions = (route: ApiRoute): IdPosition[] => [
  ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ in: 'path' as const, name })),
  ...route.query
    .filter((name) => ID_NAME.test(name) || name === 'startingAfter')
    .map((name) => ({ in: 'query' as const, name })),
  ...(route.body ? bodyIds(route.body).map((name) => ({ in: 'body' as const, name })) : []),
];

/** A copy of the body with a value at the pointer; what is missing on the way is made. */
export const withAt = (body: unknown, pointer: string, value: unknown): unknown => {
  const [, step, ...rest] = pointer.split('/');
  if (step === undefined) return value;
  const next = rest.length === 0 ? '' : `/${rest.join('/')}`;
  if (/^\d+$/.test(step)) {
    const items = Array.isArray(body) ? [...(body as unknown[])] : [];
    items[Number(step)] = withAt(items[Number(step)], next, value);
    return items;
  }
  const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return { ...members, [step]: withAt(members[step], next, value) };
};

/** Ids that nobody has, right beside one that somebody may have: a list that is cut at either is cut alike. */
export const strangersOf = (id: string): string[] => {
  if (!/[0-9a-f]$/.test(id)) return [`x${id}`];
  const last = Number.parseInt(id.at(-1) ?? '0', 16);
  return [-1, 1].map((by) => `${id.slice(0, -1)}${((last + by + 16) % 16).toString(16)}`);
};
