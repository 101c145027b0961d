import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ListServicesQuery, type ServiceView } from '../../contracts/index.js';
import { ServiceRepository } from '../../infrastructure/service.repository.js';

@QueryHandler(ListServicesQuery)
export class ListServicesHandler implements IQueryHandler<ListServicesQuery> {
  constructor(private readonly services: ServiceRepository) {}

  execute(): Promise<ServiceView[]> {
    return this.services.listActive();
  }
}
