import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { GetTenantQuery } from '#contracts/tenancy';
import { Settings } from '#libs/config';
import { newId } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { maskedName, readCode } from '../../domain/referral-code.js';
import { type Refusal, ReferralRepository } from '../../infrastructure/referral.repository.js';
import { rewardsOf } from '../rewards.js';
import { AttributeSignUpCommand } from './attribute-sign-up.command.js';

@CommandHandler(AttributeSignUpCommand)
export class AttributeSignUpHandler implements ICommandHandler<AttributeSignUpCommand> {
  constructor(
    private readonly referrals: ReferralRepository,
    private readonly dispatcher: Dispatcher,
    private readonly settings: Settings,
  ) {}

  async execute({ input }: AttributeSignUpCommand): Promise<'attributed' | Refusal> {
    const { eventId, ownerId } = input;
    const code = readCode(input.code);
    const record = (refusal: Refusal | null, referralId: string | null): Promise<boolean> =>
      this.referrals.recordSignUp({
        eventId,
        ownerId,
        code: code ?? input.code.slice(0, 40),
        refusal,
        referralId,
      });
    const refused = async (refusal: Refusal): Promise<Refusal> => {
      await record(refusal, null);
      return refusal;
    };
    if (code === null) return refused('unknown_code');
    if (await this.referrals.isAttributed()) return refused('repeat');
    // Taken first: of two at once, one waits here and finds the place taken.
    const referralId = newId();
    if (!(await record(null, referralId))) return refused('repeat');
    const { name } = await this.dispatcher.ask(new GetTenantQuery());
    const { referrer, referred } = rewardsOf(this.settings);
    const outcome = await this.referrals.recordForReferrer(
      { id: referralId, code, maskedName: maskedName(name) },
      referrer,
    );
    if (outcome !== 'attributed') {
      await this.referrals.refuseSignUp(referralId, outcome);
      return outcome;
    }
    await this.referrals.append({
      referralId,
      side: 'referred',
      status: 'pending',
      amount: referred,
      reason: null,
    });
    return outcome;
  }
}
