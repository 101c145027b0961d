import { Injectable } from '@nestjs/common';
import { type DomainEvent } from '#libs/kernel';
import { type Delivery, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { SessionsEnded } from '../../contracts/index.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';

/** For the request that ended logins and died, or lost Redis, before it could say so there. */
@Injectable()
@HandlesEvent({ event: SessionsEnded, name: 'tenancy.deny-sessions', transactional: false })
export class OnSessionsEndedHandler extends EventHandler {
  constructor(
    private readonly denylist: SessionDenylist,
    private readonly uow: UnitOfWork,
  ) {
    super();
  }

  async handle(event: DomainEvent, delivery: Delivery): Promise<void> {
    await this.denylist.write(SessionsEnded.payloadOf(event).sessionIds);
    await this.uow.run(() => delivery.settle());
  }
}
