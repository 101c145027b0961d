import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';
import { serviceNotFound } from '../../domain/calendar-errors.js';
import { ServiceRepository } from '../../infrastructure/service.repository.js';
import { GetServiceQuery } from './get-service.query.js';

@QueryHandler(GetServiceQuery)
export class GetServiceHandler implements IQueryHandler<GetServiceQuery> {
  constructor(private readonly services: ServiceRepository) {}

  async execute({ serviceId }: GetServiceQuery): Promise<ServiceView> {
    const view = await this.services.find(serviceId);
    if (!view) throw serviceNotFound(serviceId, 'id');
    return view;
  }
}
