import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type PermissionName, ROLES } from '#libs/security';
import { type MemberAddress, MembersWhoMayQuery } from '../../contracts/index.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';

@QueryHandler(MembersWhoMayQuery)
export class MembersWhoMayHandler implements IQueryHandler<MembersWhoMayQuery> {
  constructor(private readonly tenants: TenantRepository) {}

  execute({ permission }: MembersWhoMayQuery): Promise<MemberAddress[]> {
    const roles = Object.entries(ROLES)
      .filter(([, may]: [string, ReadonlySet<PermissionName>]) => may.has(permission as PermissionName))
      .map(([role]) => role);
    return this.tenants.addressesOf(roles);
  }
}
