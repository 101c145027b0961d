import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent, type OutboxRow } from '#libs/messaging';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { envelopeOf } from '../../domain/public-event.js';
import { DeliveryRepository } from '../../infrastructure/delivery.repository.js';
import { EndpointRepository } from '../../infrastructure/endpoint.repository.js';
import { DeliveryDoorbell } from '../deliver/delivery-doorbell.js';
import { PUBLIC_EVENTS } from '../public-events.js';

/**
 * Makes one delivery for each endpoint that wants the event. Whether any endpoint does is asked by the relay, for a whole
 * batch at once: a tenant without endpoints pays neither job nor row.
 */
@Injectable()
@HandlesEvent({ event: PUBLIC_EVENTS, name: 'webhooks.fan-out' })
export class FanOutHandler extends EventHandler {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly system: SystemFunctions,
    private readonly uow: UnitOfWork,
    private readonly doorbell: DeliveryDoorbell,
  ) {
    super();
  }

  override async wanted(events: readonly OutboxRow[]): Promise<ReadonlySet<string>> {
    const keys = events.map(({ tenant_id, id }) => ({ tenant_id, id }));
    const kept = await this.system.call<{ id: string }>('webhook_intake', [JSON.stringify(keys)]);
    return new Set(kept.map(({ id }) => id));
  }

  async handle({ id, aggregateId }: DomainEvent): Promise<void> {
    for (const event of await this.deliveries.waitingUpTo(id, aggregateId)) {
      for (const { id: endpointId } of await this.endpoints.subscribers(event.type)) {
        const sequence = await this.deliveries.nextSequence(endpointId, event.aggregateId);
        await this.deliveries.insert({
          endpointId,
          eventId: event.id,
          eventType: event.type,
          aggregateId: event.aggregateId,
          sequence,
          body: envelopeOf(event, sequence),
        });
      }
      await this.deliveries.fannedOut(event.id);
    }
    this.uow.afterCommit(() => this.doorbell.ring());
  }
}
