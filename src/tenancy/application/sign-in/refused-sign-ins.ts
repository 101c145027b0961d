import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { runInContext, type WorkContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

/**
 * Refused sign-ins of known accounts, in the audit trails of their businesses. They are written behind the answer: were they waited
 * for, the time of an answer would tell which accounts exist.
 */
@Injectable()
export class RefusedSignIns implements BeforeApplicationShutdown {
  private readonly logger = new Logger(RefusedSignIns.name);
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  /** @param contexts of each business of the person. */
  note(personId: string, contexts: readonly WorkContext[]): void {
    for (const context of contexts) {
      const writing = runInContext(context, () => this.uow.run(() => this.record(personId)))
        .catch((error: unknown) => this.logger.error({ err: error }, 'a refused sign-in is not in the trail'))
        .finally(() => this.running.delete(writing));
      this.running.add(writing);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  private record(personId: string): Promise<void> {
    this.trail.record({ action: 'auth.sign-in-refused', subject: { type: 'person', id: personId } });
    return Promise.resolve();
  }
}
