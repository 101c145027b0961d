import {
  Command,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryHandler,
} from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import type { Money } from '#libs/kernel';
import { ReferralCodeRepository } from '../../infrastructure/referral-code.repository.js';
import {
  type EntryStatus,
  type LedgerEntry,
  type ReferredView,
  ReferralRepository,
} from '../../infrastructure/referral.repository.js';
import { rewardsOf } from '../rewards.js';

export interface ReferralProgramme {
  code: string;
  /** null where the installation has neither SIGN_UP_URL nor PUBLIC_URL. */
  link: string | null;
  rewards: { referrer: Money; referred: Money };
  ripeDays: number;
  funnel: { signedUp: number } & Record<ReferredView['status'], number>;
  totals: { status: EntryStatus; amount: Money }[];
}

interface Paging {
  limit: number;
  startingAfter?: string;
}

/** The code is made when it is first read. */
export class GetReferralProgrammeQuery extends Query<ReferralProgramme> {}
/** Newest first; one more than `limit`. */
export class ListLedgerQuery extends Query<LedgerEntry[]> {
  constructor(readonly page: Paging) {
    super();
  }
}
/** Newest first; one more than `limit`. */
export class ListReferredQuery extends Query<ReferredView[]> {
  constructor(readonly page: Paging) {
    super();
  }
}
/** Another code in place of the one that is; that one is worth nothing from now on. */
export class ReplaceCodeCommand extends Command<ReferralProgramme> {}

@QueryHandler(GetReferralProgrammeQuery)
export class GetReferralProgrammeHandler implements IQueryHandler<GetReferralProgrammeQuery> {
  constructor(
    private readonly codes: ReferralCodeRepository,
    private readonly referrals: ReferralRepository,
    private readonly settings: Settings,
  ) {}

  async execute(): Promise<ReferralProgramme> {
    const code = await this.codes.current();
    const counts = await this.referrals.counts();
    return {
      code,
      link: linkOf(this.settings, code),
      rewards: rewardsOf(this.settings),
      ripeDays: this.settings.referrals.ripeDays,
      funnel: { signedUp: Object.values(counts).reduce((sum, n) => sum + n, 0), ...counts },
      totals: await this.referrals.totals(),
    };
  }
}

@CommandHandler(ReplaceCodeCommand)
export class ReplaceCodeHandler implements ICommandHandler<ReplaceCodeCommand> {
  constructor(
    private readonly codes: ReferralCodeRepository,
    private readonly reader: GetReferralProgrammeHandler,
  ) {}

  async execute(): Promise<ReferralProgramme> {
    await this.codes.replace();
    return this.reader.execute();
  }
}

@QueryHandler(ListLedgerQuery)
export class ListLedgerHandler implements IQueryHandler<ListLedgerQuery> {
  constructor(private readonly referrals: ReferralRepository) {}

  execute({ page }: ListLedgerQuery) {
    return this.referrals.ledger(page);
  }
}

@QueryHandler(ListReferredQuery)
export class ListReferredHandler implements IQueryHandler<ListReferredQuery> {
  constructor(private readonly referrals: ReferralRepository) {}

  execute({ page }: ListReferredQuery) {
    return this.referrals.referred(page);
  }
}

/** Where a code leads; null where nobody has said where the sign-up page is. */
export const linkOf = ({ http, referrals }: Settings, code: string): string | null => {
  const page = referrals.signUpUrl ?? (http.publicUrl === null ? null : `${http.publicUrl}/sign-up`);
  if (page === null) return null;
  const url = new URL(page);
  url.searchParams.set('ref', code);
  return url.href;
};
