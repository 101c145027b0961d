import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { AlertRepository } from '../../infrastructure/alert.repository.js';
import { AlertDesk } from './alert-desk.js';

const BATCH = 100;

/** Opens the decisions of a business again whose time is over. */
@Injectable()
export class AlertExpiry {
  private readonly logger = new Logger(AlertExpiry.name);

  constructor(
    private readonly uow: UnitOfWork,
    private readonly alerts: AlertRepository,
    private readonly desk: AlertDesk,
    private readonly clock: Clock,
  ) {}

  /** Each by itself: one that fails is tried again the next time, and keeps none of the others back. */
  async run(): Promise<{ expired: number; failed: number }> {
    const now = this.clock.now();
    const done = { expired: 0, failed: 0 };
    for (let after: string | null = null; ;) {
      const due: string[] = await this.uow.run(() => this.alerts.expired(now, { after, limit: BATCH }));
      for (const id of due)
        try {
          if (await this.desk.expire(id)) done.expired += 1;
        } catch (error) {
          done.failed += 1;
          this.logger.warn(
            { err: error, alertId: id },
            'a decision whose time is over could not be opened again',
          );
        }
      after = due.at(-1) ?? null;
      if (due.length < BATCH) return done;
    }
  }
}
