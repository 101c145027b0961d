/** What a route can ask for: `<subject>:<read|write|use>`. The one catalogue; the token carries the role, never the list. */
export const PERMISSIONS = {
  'services:read': 'See the services, their prices and durations',
  'services:write': 'Create, change and retire services',
  'staff:read': 'See staff, their services and working hours',
  'staff:write': 'Create and change staff, hours and time off',
  'bookings:read': 'See bookings and who made them',
  'bookings:write': 'Create, move and cancel bookings',
  'calendar:read': 'See opening hours, exceptions and free slots',
  'calendar:write': 'Change opening hours and exceptions',
  'threads:read': 'Read conversations with customers',
  'threads:write': 'Reply, take over, hand back and close conversations',
  'channels:read': 'See the connected channels and their health',
  'channels:write': 'Connect, change and disconnect channels',
  'ai:use': 'Try the assistant and see why it answered as it did',
  'ai:configure': 'Change the model and instructions of the assistant',
  'counterparties:read': 'See counterparties and how they are related',
  'counterparties:write': 'Add, import, change and archive counterparties',
  'kyb:read': 'See checks with their evidence, alerts, cases, risk and coverage',
  'kyb:check': 'Run checks and screen names',
  'kyb:decide': 'Take alerts, propose and approve what they are',
  'kyb:configure': 'Set weights, rules, schedules and the requester of consultations',
  'branding:read': 'See how the business looks to customers, and as whom it writes e-mail',
  'branding:write': 'Change name, colours, pictures, styles and the e-mail sender',
  'domains:read': 'See the business’s own domains and their certificates',
  'domains:write': 'Add, verify and remove domains, and report certificates',
  'referrals:read': 'See the referral code, what came of it, and the rewards',
  'referrals:write': 'Replace the referral code',
  'dead-letters:read': 'See deliveries that failed for good',
  'dead-letters:write': 'Replay or discard failed deliveries',
  'privacy:read': 'See data-subject requests, legal holds and retention, and download exports',
  'privacy:write': 'Export and erase people’s data, place legal holds, set retention',
  'audit:read': 'See who did what, and verify that the trail is whole',
  'audit:export': 'Take the audit trail out as files',
  'webhooks:read': 'See the endpoints that events are sent to, and what was sent',
  'webhooks:write': 'Add, change and remove such endpoints, and send again',
  'api-keys:read': 'See the API keys, without their secrets',
  'api-keys:write': 'Make, replace and revoke API keys',
  'members:read': 'See who has access to the business and in which role',
  'members:write': 'Invite members, change their roles and withdraw access',
  'roles:write': 'Make, change and delete roles of the business’s own',
  'teams:read': 'See the teams and who is in them',
  'teams:write': 'Make, change and delete teams',
} as const satisfies Record<string, string>;

export type PermissionName = keyof typeof PERMISSIONS;

const all = Object.keys(PERMISSIONS) as PermissionName[];
const OWNERS_ALONE: readonly PermissionName[] = ['members:write', 'roles:write', 'api-keys:write'];

/** Owner: everything. Admin: everything but who has access. Agent: the desk. Auditor: reads only, and takes the trail with them. */
export const ROLES = {
  owner: new Set(all),
  admin: new Set(all.filter((name) => !OWNERS_ALONE.includes(name))),
  agent: new Set<PermissionName>([
    'services:read',
    'staff:read',
    'calendar:read',
    'bookings:read',
    'bookings:write',
    'threads:read',
    'threads:write',
    'channels:read',
    'ai:use',
    'teams:read',
  ]),
  auditor: new Set(all.filter((name) => name.endsWith(':read') || name === 'audit:export')),
} as const satisfies Record<string, ReadonlySet<PermissionName>>;

export type Role = keyof typeof ROLES;

/** The name of a built-in role, or the id of a role of the business's own. */
export type RoleId = string;

/** Whose threads and bookings a role shows: everybody's, those of the member's teams, or the member's own. */
export const DATA_SCOPES = ['all', 'team', 'mine'] as const;
export type DataScopeName = (typeof DATA_SCOPES)[number];

/**
 * What a role of the scope `team` or `mine` may have: what keeps to the scope, and what shows nobody's data. The rest would show
 * everybody's after all (`ai:use` answers from any conversation), or let a member widen the own scope (`teams:write`, `staff:write`).
 */
export const SCOPED_PERMISSIONS: ReadonlySet<PermissionName> = new Set([
  'services:read',
  'services:write',
  'staff:read',
  'bookings:read',
  'bookings:write',
  'calendar:read',
  'calendar:write',
  'threads:read',
  'threads:write',
  'channels:read',
  'branding:read',
  'members:read',
  'teams:read',
]);

export const isRole = (value: unknown): value is Role =>
  typeof value === 'string' && Object.hasOwn(ROLES, value);

export const isPermission = (value: string): value is PermissionName => Object.hasOwn(PERMISSIONS, value);

export const permissionsOf = (role: Role): ReadonlySet<PermissionName> => ROLES[role];
