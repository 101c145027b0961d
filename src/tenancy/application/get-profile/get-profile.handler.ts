import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { isRole, permissionsOf } from '#libs/security';
import { RoleRepository } from '../../infrastructure/authorities/role.repository.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import { GetProfileQuery, type Profile } from './get-profile.query.js';

@QueryHandler(GetProfileQuery)
export class GetProfileHandler implements IQueryHandler<GetProfileQuery> {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly roles: RoleRepository,
  ) {}

  async execute({ personId }: GetProfileQuery): Promise<Profile> {
    const member = await this.tenants.findMember(personId);
    const tenant = await this.tenants.find();
    if (!member || !tenant)
      throw new DomainError(
        'unauthenticated',
        'auth.token_invalid',
        'You no longer have access to this business.',
      );
    if (isRole(member.role))
      return { ...member, permissions: [...permissionsOf(member.role)], dataScope: 'all', tenant };
    const role = await this.roles.find(member.role);
    return { ...member, permissions: role?.permissions ?? [], dataScope: role?.dataScope ?? 'mine', tenant };
  }
}
