import { Injectable } from '@nestjs/common';
import { BusinessSignedUp } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { AttributeSignUpCommand } from '../attribute-sign-up/attribute-sign-up.command.js';

type SignedUp = { ownerId: string; referralCode: string | null };

@Injectable()
@HandlesEvent({ event: BusinessSignedUp, name: 'referrals.attribute' })
export class AttributeWhenSignedUp extends EventHandler<SignedUp> {
  constructor(private readonly dispatcher: Dispatcher) {
    super();
  }

  async handle({ id, payload }: DomainEvent<SignedUp>): Promise<void> {
    const { ownerId, referralCode } = payload;
    if (referralCode === null || referralCode.trim() === '') return;
    await this.dispatcher.request(new AttributeSignUpCommand({ eventId: id, ownerId, code: referralCode }));
  }
}
