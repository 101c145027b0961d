import type { Settings } from '#libs/config';
import { type Money, money } from '#libs/kernel';

/** What each side gets, as the operator has set it; a reward keeps what it was promised with. */
export const rewardsOf = ({ referrals }: Settings): { referrer: Money; referred: Money } => ({
  referrer: money(referrals.referrerReward, referrals.currency),
  referred: money(referrals.referredReward, referrals.currency),
});
