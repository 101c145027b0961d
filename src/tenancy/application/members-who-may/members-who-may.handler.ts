import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { isPermission, ROLES } from '#libs/security';
import { type MemberAddress, MembersWhoMayQuery } from '../../contracts/index.js';
import { RoleRepository } from '../../infrastructure/authorities/role.repository.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';

@QueryHandler(MembersWhoMayQuery)
export class MembersWhoMayHandler implements IQueryHandler<MembersWhoMayQuery> {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly roles: RoleRepository,
  ) {}

  async execute({ permission }: MembersWhoMayQuery): Promise<MemberAddress[]> {
    if (!isPermission(permission)) return [];
    const builtIn = Object.entries(ROLES).flatMap(([role, may]) =>
      (may as ReadonlySet<string>).has(permission) ? [role] : [],
    );
    return this.tenants.addressesOf([...builtIn, ...(await this.roles.withPermission(permission))]);
  }
}
