import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReferralRepository } from '../../infrastructure/referral.repository.js';

/** The end of the referral that the business of the context came by, for both sides; false when it has ended before. */
export class SettleReferralCommand extends Command<boolean> {
  constructor(readonly status: 'earned' | 'void') {
    super();
  }
}

@CommandHandler(SettleReferralCommand)
export class SettleReferralHandler implements ICommandHandler<SettleReferralCommand> {
  constructor(private readonly referrals: ReferralRepository) {}

  async execute({ status }: SettleReferralCommand): Promise<boolean> {
    const settled = await this.referrals.settleSignUp();
    if (!settled) return false;
    const reason = status === 'void' ? 'not_verified_in_time' : null;
    await this.referrals.settleForReferrer(status, reason);
    const pending = await this.referrals.pendingEntry(settled.referralId, 'referred');
    if (pending) await this.referrals.append({ ...pending, status, reason });
    return true;
  }
}
