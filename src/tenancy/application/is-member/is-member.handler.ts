import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { IsMemberQuery } from '../../contracts/index.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';

@QueryHandler(IsMemberQuery)
export class IsMemberHandler implements IQueryHandler<IsMemberQuery> {
  constructor(private readonly tenants: TenantRepository) {}

  async execute({ personId }: IsMemberQuery): Promise<boolean> {
    return (await this.tenants.findMember(personId)) !== null;
  }
}
