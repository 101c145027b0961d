import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { SystemFunctions } from '#libs/persistence';

const EVERY_MS = 3_600_000;
const KEEP = '7 days';

/** Forgets events for addresses that no channel took within a week. */
@Injectable()
export class UnroutedPruner {
  private readonly logger = new Logger(UnroutedPruner.name);

  constructor(
    private readonly system: SystemFunctions,
    private readonly settings: Settings,
  ) {}

  @Interval(EVERY_MS)
  async prune(): Promise<void> {
    if (this.settings.process.role === 'api') return;
    await this.system
      .call('prune_unrouted_events', [KEEP])
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'unrouted events could not be pruned; next hour again'),
      );
  }
}
