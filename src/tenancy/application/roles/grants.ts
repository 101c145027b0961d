import { Injectable } from '@nestjs/common';
import { currentContext, DomainError } from '#libs/kernel';
import { isRole, permissionsOf, type RoleId } from '#libs/security';
import { RoleRepository } from '../../infrastructure/authorities/role.repository.js';

/** Nobody gives what they do not have. */
@Injectable()
export class Grants {
  constructor(private readonly roles: RoleRepository) {}

  /**
   * In a unit of work, in which the role then stays. Errors: `tenancy.role_unknown` (422, at `/role`), `tenancy.role_exceeds_own`
   * (403).
   */
  async assertMayGrant(id: RoleId): Promise<void> {
    if (isRole(id)) {
      this.assertOwn(permissionsOf(id));
      return;
    }
    const role = await this.roles.find(id, 'FOR KEY SHARE');
    if (!role)
      throw DomainError.invalid(
        'tenancy.role_unknown',
        '/role',
        'There is no such role: see GET /api/v1/roles.',
      );
    this.assertOwn(role.permissions);
  }

  /** Error: `tenancy.role_exceeds_own` (403). */
  assertOwn(permissions: Iterable<string>): void {
    const { actor } = currentContext();
    const own: ReadonlySet<string> = 'permissions' in actor ? actor.permissions : new Set();
    const beyond = [...permissions].filter((permission) => !own.has(permission));
    if (beyond.length > 0)
      throw new DomainError(
        'forbidden',
        'tenancy.role_exceeds_own',
        `This role may do more than you (${beyond.slice(0, 3).join(', ')}): ask somebody who may.`,
      );
  }
}
