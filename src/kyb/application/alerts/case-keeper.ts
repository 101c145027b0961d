import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { CaseOpened } from '../../contracts/events.js';
import type { Alert } from '../../domain/alert.js';
import { CaseRepository } from '../../infrastructure/case.repository.js';

/** Keeps the case of a counterparty what its alerts make of it. In the unit of work of a caller that has locked the counterparty. */
@Injectable()
export class CaseKeeper {
  constructor(
    private readonly cases: CaseRepository,
    private readonly outbox: Outbox,
  ) {}

  /** The open case for an alert that is to be decided; opens one when there is none, and tells it. */
  async admit({ counterpartyId, severity, dueAt }: Alert, at: Date): Promise<string> {
    const open = await this.cases.openOf(counterpartyId);
    if (open) return open.id;
    const caseId = await this.cases.insert(counterpartyId, dueAt, at);
    await this.outbox.append(
      CaseOpened.make(caseId, { caseId, counterpartyId, severity, dueAt: dueAt.toISOString() }),
    );
    return caseId;
  }

  /** After its alerts have changed: closes a case none of which is undecided, or moves its time to that of the earliest. */
  async settle(caseId: string, at: Date): Promise<void> {
    const known = await this.cases.get(caseId, 'FOR UPDATE');
    if (known.state === 'closed') return;
    const dueAt = await this.cases.earliestDue(caseId);
    if (dueAt === null) await this.cases.close(caseId, at);
    else if (dueAt.getTime() !== known.dueAt.getTime()) await this.cases.setDue(caseId, dueAt);
  }
}
