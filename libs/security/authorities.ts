import type { DataScope } from '#libs/kernel';
import type { PermissionName, RoleId } from './permissions.js';

/** What a member may do in a business, and whose threads and bookings they see; no scope: everybody's. */
export interface Authority {
  readonly permissions: ReadonlySet<PermissionName>;
  readonly dataScope?: DataScope;
}

/**
 * Knows what a role grants to a member. Whoever checks a credential asks it; the context that keeps roles and teams answers, and
 * answers a change within a second.
 */
export abstract class Authorities {
  /** null: there is no such role (any more). */
  abstract of(
    member: { tenantId: string; personId: string; role: RoleId },
    traceId: string,
  ): Promise<Authority | null>;
}
