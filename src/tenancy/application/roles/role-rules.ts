import { DomainError } from '#libs/kernel';
import { isRole, ROLES, SCOPED_PERMISSIONS } from '#libs/security';
import type { RoleDraft, RoleView } from '../../infrastructure/authorities/role.repository.js';

/** How many roles of its own a business may have. */
export const MOST_ROLES = 100;

const ABOUT: Record<keyof typeof ROLES, [name: string, description: string]> = {
  owner: ['Owner', 'Everything.'],
  admin: ['Admin', 'Everything but who has access, in which role, and API keys.'],
  agent: ['Agent', 'The desk: conversations and bookings.'],
  auditor: ['Auditor', 'Reads everything that can be read, and changes nothing.'],
};

export const builtInRoles = (membersOf: (id: string) => number): RoleView[] =>
  Object.entries(ROLES).map(([id, permissions]) => {
    const [name, description] = ABOUT[id as keyof typeof ROLES];
    return {
      id,
      name,
      description,
      builtIn: true,
      permissions: [...permissions],
      dataScope: 'all',
      members: membersOf(id),
      version: 0,
    };
  });

/**
 * A role that shows only some of the data must not have a permission that shows the rest, or that widens the scope. Errors:
 * `tenancy.role_too_wide` with a pointer to each such permission, `tenancy.role_name_reserved` (422).
 */
export const assertRole = ({ name, permissions, dataScope }: RoleDraft): void => {
  if (isRole(name.trim().toLowerCase()))
    throw DomainError.invalid(
      'tenancy.role_name_reserved',
      '/name',
      'Every business has a role of this name: take another one.',
    );
  if (dataScope === 'all') return;
  const errors = permissions.flatMap((permission, at) =>
    SCOPED_PERMISSIONS.has(permission)
      ? []
      : [{ pointer: `/permissions/${at}`, detail: `${permission} cannot be kept to the scope ${dataScope}` }],
  );
  if (errors.length > 0)
    throw new DomainError(
      'invalid',
      'tenancy.role_too_wide',
      `A role of the scope ${dataScope} cannot have a permission that shows everybody's data or widens the scope: see errors.`,
      { errors },
    );
};
