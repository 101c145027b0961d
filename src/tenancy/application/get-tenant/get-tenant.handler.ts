import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { currentTenant, DomainError } from '#libs/kernel';
import { GetTenantQuery, type TenantView } from '../../contracts/index.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';

@QueryHandler(GetTenantQuery)
export class GetTenantHandler implements IQueryHandler<GetTenantQuery> {
  constructor(private readonly tenants: TenantRepository) {}

  async execute(): Promise<TenantView> {
    const tenant = await this.tenants.find();
    if (!tenant) throw DomainError.notFound('tenant', currentTenant());
    return tenant;
  }
}
