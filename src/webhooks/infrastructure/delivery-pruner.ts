import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { SystemFunctions } from '#libs/persistence';

const DAY_MS = 86_400_000;
const BATCH = 5_000;

/** Forgets deliveries with their bodies and attempts when they are over their time. Daily. */
@Injectable()
export class DeliveryPruner {
  private readonly logger = new Logger(DeliveryPruner.name);

  constructor(
    private readonly system: SystemFunctions,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Interval(DAY_MS)
  async daily(): Promise<void> {
    if (this.settings.process.role === 'api') return;
    await this.prune().catch((error: unknown) =>
      this.logger.warn({ err: error }, 'old webhooks could not be pruned; tomorrow again'),
    );
  }

  async prune(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.settings.webhooks.keepDays * DAY_MS);
    for (let pruned = BATCH; pruned === BATCH;) {
      const [row] = await this.system.call<{ webhook_prune: number }>('webhook_prune', [before, BATCH]);
      pruned = row?.webhook_prune ?? 0;
    }
  }
}
