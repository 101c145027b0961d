import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { envelopeOf } from '../../domain/public-event.js';
import { DeliveryRepository, type DeliveryView } from '../../infrastructure/delivery.repository.js';
import { EndpointRepository, type EndpointView } from '../../infrastructure/endpoint.repository.js';
import { DeliveryDoorbell } from '../deliver/delivery-doorbell.js';
import { endpointFound } from '../manage-endpoints/manage-endpoints.handlers.js';
import { TEST_TYPE } from '../public-events.js';

/** Sends one delivery again. Errors: `webhook-delivery.not_found`, `webhooks.delivery_pending`, `webhooks.endpoint_disabled` (409). */
export class ReplayDeliveryCommand extends Command<DeliveryView> {
  constructor(
    readonly endpointId: string,
    readonly deliveryId: string,
  ) {
    super();
  }
}

/** Sends all that failed, and were made since, again. Error: `webhooks.endpoint_disabled` (409). */
export class ReplayFailedCommand extends Command<{ replayed: number }> {
  constructor(
    readonly endpointId: string,
    readonly since: Date,
  ) {
    super();
  }
}

/** Sends a `webhooks.test.v1`. Error: `webhooks.endpoint_disabled` (409). */
export class SendTestCommand extends Command<DeliveryView> {
  constructor(readonly endpointId: string) {
    super();
  }
}

const enabled = (endpoint: EndpointView): EndpointView => {
  if (endpoint.status === 'disabled')
    throw new DomainError(
      'conflict',
      'webhooks.endpoint_disabled',
      'The endpoint is disabled. Enable it first.',
    );
  return endpoint;
};

const known = (delivery: DeliveryView | null, id: string): DeliveryView => {
  if (!delivery) throw DomainError.notFound('webhook-delivery', id);
  return delivery;
};

@CommandHandler(ReplayDeliveryCommand)
export class ReplayDeliveryHandler implements ICommandHandler<ReplayDeliveryCommand> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly uow: UnitOfWork,
    private readonly doorbell: DeliveryDoorbell,
  ) {}

  async execute({ endpointId, deliveryId }: ReplayDeliveryCommand): Promise<DeliveryView> {
    enabled(endpointFound(await this.endpoints.find(endpointId), endpointId));
    known(await this.deliveries.find(endpointId, deliveryId), deliveryId);
    if (!(await this.deliveries.replay(endpointId, deliveryId)))
      throw new DomainError('conflict', 'webhooks.delivery_pending', 'The delivery is under way already.');
    this.uow.afterCommit(() => this.doorbell.ring());
    return known(await this.deliveries.find(endpointId, deliveryId), deliveryId);
  }
}

@CommandHandler(ReplayFailedCommand)
export class ReplayFailedHandler implements ICommandHandler<ReplayFailedCommand> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly uow: UnitOfWork,
    private readonly doorbell: DeliveryDoorbell,
  ) {}

  async execute({ endpointId, since }: ReplayFailedCommand): Promise<{ replayed: number }> {
    enabled(endpointFound(await this.endpoints.find(endpointId), endpointId));
    const replayed = await this.deliveries.replayFailedSince(endpointId, since);
    this.uow.afterCommit(() => this.doorbell.ring());
    return { replayed };
  }
}

@CommandHandler(SendTestCommand)
export class SendTestHandler implements ICommandHandler<SendTestCommand> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly uow: UnitOfWork,
    private readonly doorbell: DeliveryDoorbell,
    private readonly clock: Clock,
  ) {}

  async execute({ endpointId }: SendTestCommand): Promise<DeliveryView> {
    enabled(endpointFound(await this.endpoints.find(endpointId), endpointId));
    const sequence = await this.deliveries.nextSequence(endpointId, endpointId);
    const occurredAt = this.clock.now();
    const event = { type: TEST_TYPE, aggregateId: endpointId, occurredAt, payload: { endpointId } };
    const id = await this.deliveries.insert({
      endpointId,
      eventId: newId(),
      eventType: TEST_TYPE,
      aggregateId: endpointId,
      sequence,
      body: envelopeOf(event, sequence),
    });
    this.uow.afterCommit(() => this.doorbell.ring());
    return known(await this.deliveries.find(endpointId, id), id);
  }
}
