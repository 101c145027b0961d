import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '#libs/kernel';
import { type Delivery, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { RequestAccepted } from '../../contracts/events.js';
import { RequestRunner } from './request-runner.js';

@Injectable()
@HandlesEvent({
  event: RequestAccepted,
  name: 'privacy.carry-out-request',
  transactional: false,
  attempts: 20,
})
export class CarryOutRequestOnAccepted extends EventHandler<{ requestId: string }> {
  constructor(
    private readonly runner: RequestRunner,
    private readonly uow: UnitOfWork,
  ) {
    super();
  }

  async handle({ payload }: DomainEvent<{ requestId: string }>, delivery: Delivery): Promise<void> {
    await this.runner.run(payload.requestId);
    await this.uow.run(() => delivery.settle());
  }
}
