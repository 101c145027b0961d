import { ApiProperty } from '@nestjs/swagger';

const ENTRY_STATUS = ['pending', 'earned', 'paid', 'void'] as const;
const REFERRAL_STATUS = ['refused', 'pending', 'earned', 'void'] as const;

export class RewardAmountDto {
  /** Integer minor units. @example 5000 */
  @ApiProperty({ type: 'integer' })
  amount: number;
  /** ISO 4217. @example EUR */
  currency: string;
}

export class ReferralRewardsDto {
  /** For you. */
  referrer: RewardAmountDto;
  /** For the business that you refer. */
  referred: RewardAmountDto;
}

/** How many businesses came by your code, and where they stand. */
export class ReferralFunnelDto {
  /** @example 4 */
  signedUp: number;
  /** @example 1 */
  refused: number;
  /** @example 2 */
  pending: number;
  /** @example 1 */
  earned: number;
  /** @example 0 */
  void: number;
}

export class RewardTotalDto {
  @ApiProperty({ enum: ENTRY_STATUS, enumName: 'RewardStatus' })
  status: (typeof ENTRY_STATUS)[number];
  amount: RewardAmountDto;
}

export class ReferralProgrammeDto {
  /** @example K7WD2MXP */
  code: string;
  /** To be shared; null where the installation has no sign-up page. @example https://frontdesk.example/sign-up?ref=K7WD2MXP */
  @ApiProperty({ type: 'string', nullable: true })
  link: string | null;
  rewards: ReferralRewardsDto;
  /** Age in days at which a business with a verified address earns the rewards. @example 14 */
  ripeDays: number;
  funnel: ReferralFunnelDto;
  /** Your rewards, as referrer and as referred, by where they stand. */
  totals: RewardTotalDto[];
}

export class LedgerEntryDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** The same for all entries of one reward. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b32 */
  referralId: string;
  @ApiProperty({ enum: ['referrer', 'referred'], enumName: 'ReferralSide' })
  side: 'referrer' | 'referred';
  @ApiProperty({ enum: ENTRY_STATUS, enumName: 'RewardStatus' })
  status: (typeof ENTRY_STATUS)[number];
  amount: RewardAmountDto;
  @ApiProperty({ type: 'string', nullable: true, example: 'not_verified_in_time' })
  reason: string | null;
  createdAt: Date;
}

export class LedgerPageDto {
  data: LedgerEntryDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}

export class ReferredBusinessDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example "S•••• O••••" */
  maskedName: string;
  @ApiProperty({ enum: REFERRAL_STATUS, enumName: 'ReferralStatus' })
  status: (typeof REFERRAL_STATUS)[number];
  /** Why it was refused or void. New reasons may be added. */
  @ApiProperty({ type: 'string', nullable: true, example: 'known_owner' })
  reason: string | null;
  signedUpAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  settledAt: Date | null;
}

export class ReferredPageDto {
  data: ReferredBusinessDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}
