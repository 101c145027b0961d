import { Command } from '@nestjs/cqrs';

/**
 * For operators and billing: the end of a reward of the business of the context, named by any entry of its in the ledger. An earned
 * one is paid or void, a pending one void. Repeated, it changes nothing and answers false.
 * Errors: `referrals.entry_not_found`, `referrals.not_earned` (409).
 */
export class SettleRewardCommand extends Command<boolean> {
  constructor(readonly input: { entryId: string; status: 'paid' | 'void'; reason: string | null }) {
    super();
  }
}
