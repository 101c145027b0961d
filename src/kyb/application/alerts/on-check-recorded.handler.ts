import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent } from '#libs/messaging';
import { CheckRecorded } from '../../contracts/events.js';
import { Assessor } from './assessor.js';

interface Recorded {
  readonly checkId: string;
  readonly counterpartyId: string;
}

/** Once for each check, however often its event comes. */
@Injectable()
@HandlesEvent({ event: CheckRecorded, name: 'kyb.assess-check' })
export class AssessOnCheckRecorded extends EventHandler<Recorded> {
  constructor(private readonly assessor: Assessor) {
    super();
  }

  handle({ payload }: DomainEvent<Recorded>): Promise<void> {
    return this.assessor.assess(payload.checkId, payload.counterpartyId);
  }
}
