import { currentContext, DomainError } from '#libs/kernel';
import { permissionsOf, type Role } from '#libs/security';

/** Nobody gives a role that may do more than they. Error: `tenancy.role_exceeds_own` (403). */
export const assertMayGrant = (role: Role): void => {
  const { actor } = currentContext();
  const own: ReadonlySet<string> = 'permissions' in actor ? actor.permissions : new Set();
  if ([...permissionsOf(role)].some((permission) => !own.has(permission)))
    throw new DomainError(
      'forbidden',
      'tenancy.role_exceeds_own',
      `The role ${role} may do more than you: ask somebody who has it.`,
    );
};
