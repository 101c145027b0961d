import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { CaseClosed, CaseOverdue } from '../../contracts/case.events.js';
import { CaseOpened } from '../../contracts/events.js';
import type { Alert } from '../../domain/alert.js';
import { type Priority, priorityOf, raisedBy } from '../../domain/priority.js';
import { CaseRepository } from '../../infrastructure/case.repository.js';

/** Keeps the case of a counterparty what its alerts make of it. In the unit of work of a caller that has locked the counterparty. */
@Injectable()
export class CaseKeeper {
  constructor(
    private readonly cases: CaseRepository,
    private readonly outbox: Outbox,
  ) {}

  /** The open case for an alert that is to be decided; opens one when there is none, and tells it. */
  async admit(alert: Alert, at: Date): Promise<string> {
    const { counterpartyId, severity, dueAt } = alert;
    const open = await this.cases.openOf(counterpartyId);
    if (open) {
      await this.setPriority(open, raisedBy(open.priority, alert), at);
      return open.id;
    }
    const priority = priorityOf(alert);
    const caseId = await this.cases.insert({ counterpartyId, dueAt, priority }, at);
    await this.cases.note(caseId, 'opened', at, { priority, dueAt });
    await this.outbox.append(
      CaseOpened.make(caseId, { caseId, counterpartyId, severity, dueAt: dueAt.toISOString() }),
    );
    return caseId;
  }

  /** After its alerts have changed: closes a case none of which is undecided, or moves its time to that of the earliest. */
  async settle(id: string, at: Date): Promise<void> {
    const known = await this.cases.get(id, 'FOR UPDATE');
    if (known.state === 'closed') return;
    const dueAt = await this.cases.earliestDue(id);
    if (dueAt === null) {
      const { counterpartyId } = known;
      await this.cases.close(id, at);
      await this.cases.note(id, 'closed', at);
      await this.outbox.append(
        CaseClosed.make(id, { caseId: id, counterpartyId, closedAt: at.toISOString() }),
      );
    } else if (dueAt.getTime() !== known.dueAt.getTime()) {
      await this.cases.setDue(id, dueAt, at);
      await this.cases.note(id, 'due', at, { from: known.dueAt, to: dueAt });
    }
  }

  async setPriority(of: { id: string; priority: Priority }, priority: Priority, at: Date): Promise<void> {
    if (of.priority === priority) return;
    await this.cases.setPriority(of.id, priority);
    await this.cases.note(of.id, 'priority', at, { from: of.priority, to: priority });
  }

  /** Marks a case whose time is over, and tells it; once, until that time moves. Answers whether it did. */
  async markOverdue(id: string, at: Date): Promise<boolean> {
    const known = await this.cases.get(id, 'FOR UPDATE');
    const { state, overdueAt, dueAt, counterpartyId, assigneeId, priority } = known;
    if (state === 'closed' || overdueAt || dueAt > at) return false;
    await this.cases.setOverdue(id, at);
    await this.cases.note(id, 'overdue', at, { dueAt });
    await this.outbox.append(
      CaseOverdue.make(id, {
        caseId: id,
        counterpartyId,
        assigneeId,
        priority,
        dueAt: dueAt.toISOString(),
      }),
    );
    return true;
  }
}
