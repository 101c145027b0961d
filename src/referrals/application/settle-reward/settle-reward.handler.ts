import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { SettleRewardCommand } from '../../contracts/index.js';
import { ReferralRepository } from '../../infrastructure/referral.repository.js';

@CommandHandler(SettleRewardCommand)
export class SettleRewardHandler implements ICommandHandler<SettleRewardCommand> {
  constructor(private readonly referrals: ReferralRepository) {}

  async execute({ input }: SettleRewardCommand): Promise<boolean> {
    const { entryId, status, reason } = input;
    const entry = await this.referrals.entry(entryId);
    if (!entry)
      throw new DomainError(
        'not-found',
        'referrals.entry_not_found',
        `There is no entry with id ${entryId}.`,
      );
    if (status === 'paid' && !(await this.referrals.isEarned(entry)))
      throw new DomainError(
        'conflict',
        'referrals.not_earned',
        'The reward is not earned yet: nothing to pay.',
      );
    return this.referrals.append({ ...entry, status, reason });
  }
}
