import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import {
  type AttemptView,
  DeliveryRepository,
  type DeliveryView,
} from '../../infrastructure/delivery.repository.js';
import { EndpointRepository } from '../../infrastructure/endpoint.repository.js';
import { endpointFound } from '../manage-endpoints/manage-endpoints.handlers.js';

interface PageOf {
  limit: number;
  startingAfter?: string;
}

/** Newest first; one more than `limit`. Error: `webhook-endpoint.not_found`. */
export class ListDeliveriesQuery extends Query<DeliveryView[]> {
  constructor(
    readonly endpointId: string,
    readonly page: PageOf & { status?: string },
  ) {
    super();
  }
}

/** Newest first; one more than `limit`. Error: `webhook-delivery.not_found`. */
export class ListAttemptsQuery extends Query<AttemptView[]> {
  constructor(
    readonly endpointId: string,
    readonly deliveryId: string,
    readonly page: PageOf,
  ) {
    super();
  }
}

@QueryHandler(ListDeliveriesQuery)
export class ListDeliveriesHandler implements IQueryHandler<ListDeliveriesQuery> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
  ) {}

  async execute({ endpointId, page }: ListDeliveriesQuery): Promise<DeliveryView[]> {
    endpointFound(await this.endpoints.find(endpointId), endpointId);
    return this.deliveries.list(endpointId, page);
  }
}

@QueryHandler(ListAttemptsQuery)
export class ListAttemptsHandler implements IQueryHandler<ListAttemptsQuery> {
  constructor(private readonly deliveries: DeliveryRepository) {}

  async execute({ endpointId, deliveryId, page }: ListAttemptsQuery): Promise<AttemptView[]> {
    if (!(await this.deliveries.find(endpointId, deliveryId)))
      throw DomainError.notFound('webhook-delivery', deliveryId);
    return this.deliveries.attempts(deliveryId, page);
  }
}
