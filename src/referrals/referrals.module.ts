import { Module } from '@nestjs/common';
import { AttributeSignUpHandler } from './application/attribute-sign-up/attribute-sign-up.handler.js';
import { AttributeWhenSignedUp } from './application/on-business-signed-up/attribute-when-signed-up.handler.js';
import { RememberWhenVerified } from './application/on-email-verified/remember-when-verified.handler.js';
import {
  GetReferralProgrammeHandler,
  ListLedgerHandler,
  ListReferredHandler,
  ReplaceCodeHandler,
} from './application/read-referrals/read-referrals.js';
import { ReferralWatch } from './application/settle-referrals/referral-watch.js';
import { SettleReferralHandler } from './application/settle-referrals/settle-referral.handler.js';
import { SettleRewardHandler } from './application/settle-reward/settle-reward.handler.js';
import { ReferralsController } from './http/referrals.controller.js';
import { ReferralCodeRepository } from './infrastructure/referral-code.repository.js';
import { ReferralRepository } from './infrastructure/referral.repository.js';

/** Businesses that bring businesses, and what both get for it. */
@Module({
  controllers: [ReferralsController],
  providers: [
    ReferralRepository,
    ReferralCodeRepository,
    AttributeSignUpHandler,
    AttributeWhenSignedUp,
    RememberWhenVerified,
    GetReferralProgrammeHandler,
    ReplaceCodeHandler,
    ListLedgerHandler,
    ListReferredHandler,
    SettleReferralHandler,
    ReferralWatch,
    SettleRewardHandler,
  ],
})
export class ReferralsModule {}
