import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';
import { ServiceRepository } from '../../infrastructure/service.repository.js';
import { PageServicesQuery } from './page-services.query.js';

@QueryHandler(PageServicesQuery)
export class PageServicesHandler implements IQueryHandler<PageServicesQuery> {
  constructor(private readonly services: ServiceRepository) {}

  execute({ filter, limit, startingAfter }: PageServicesQuery): Promise<ServiceView[]> {
    return this.services.list(filter.active, limit, startingAfter);
  }
}
