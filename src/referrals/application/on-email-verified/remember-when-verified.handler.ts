import { Injectable } from '@nestjs/common';
import { AccountChanged } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent } from '#libs/messaging';
import { ReferralRepository } from '../../infrastructure/referral.repository.js';

type Changed = { personId: string; what: string };

/** Whoever verifies the address of the owner makes the referral count, once the business is old enough. */
@Injectable()
@HandlesEvent({ event: AccountChanged, name: 'referrals.remember-verified' })
export class RememberWhenVerified extends EventHandler<Changed> {
  constructor(private readonly referrals: ReferralRepository) {
    super();
  }

  async handle({ payload }: DomainEvent<Changed>): Promise<void> {
    if (payload.what === 'email-verified') await this.referrals.rememberVerified(payload.personId);
  }
}
