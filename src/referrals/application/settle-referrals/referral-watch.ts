import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { SettleReferralCommand } from './settle-referral.handler.js';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const BATCH = 200;

/** Ends referrals whose time has come: earned with a verified address, void without one after long. */
@Injectable()
export class ReferralWatch {
  private readonly logger = new Logger(ReferralWatch.name);

  constructor(
    private readonly system: SystemFunctions,
    private readonly dispatcher: Dispatcher,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    if (this.settings.process.role === 'api') return;
    await this.run().catch((error: unknown) =>
      this.logger.warn({ err: error }, 'referrals could not be settled; next hour again'),
    );
  }

  /** At most 200 at once; answers how many ended now. Safe in any number of processes at a time. */
  async run(): Promise<number> {
    const now = this.clock.now().getTime();
    const { ripeDays, overDays } = this.settings.referrals;
    const open = await this.system.call<{ tenant_id: string; verified: boolean }>('open_referral_signups', [
      new Date(now - ripeDays * DAY_MS),
      new Date(now - overDays * DAY_MS),
      BATCH,
    ]);
    let ended = 0;
    for (const { tenant_id: tenantId, verified } of open) {
      const context = {
        tenantId,
        actor: { kind: 'system', id: 'referral-watch' },
        traceId: newId(),
      } as const;
      const done = await runInContext(context, () =>
        this.dispatcher.request(new SettleReferralCommand(verified ? 'earned' : 'void')),
      ).catch((error: unknown) => {
        this.logger.warn({ err: error, tenantId }, 'a referral was not settled');
        return false;
      });
      if (done) ended += 1;
    }
    return ended;
  }
}
