import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { Dispatcher, Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { CaseAssigned } from '../../contracts/case.events.js';
import type { Priority } from '../../domain/priority.js';
import { actorName } from '../../infrastructure/alert.repository.js';
import {
  type Case,
  type CaseEvent,
  type CaseFilter,
  CaseRepository,
} from '../../infrastructure/case.repository.js';
import { CaseKeeper } from './case-keeper.js';
import { assertMember, assertVersion } from './refusals.js';

interface Page {
  readonly limit: number;
  readonly startingAfter?: string;
}

/** Where cases are read, given to people and made more or less urgent. */
@Injectable()
export class CaseDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cases: CaseRepository,
    private readonly keeper: CaseKeeper,
    private readonly dispatcher: Dispatcher,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  list(filter: CaseFilter, page: Page): Promise<Case[]> {
    return this.uow.run(() => this.cases.list(filter, this.clock.now(), page));
  }

  /** Error: `case.not_found`. */
  get(id: string): Promise<Case> {
    return this.uow.run(() => this.cases.get(id));
  }

  /** Oldest first; one more than `limit` when there is one. Error: `case.not_found`. */
  history(id: string, page: Page): Promise<CaseEvent[]> {
    return this.uow.run(async () => {
      await this.cases.get(id);
      return this.cases.history(id, page);
    });
  }

  /** Errors: `case.not_found`, `kyb.case_changed` (412), `kyb.assignee_unknown` (422). */
  assign(id: string, assigneeId: string | null, expectedVersion?: number): Promise<Case> {
    return this.change(id, expectedVersion, async (known, at) => {
      await assertMember(this.dispatcher, assigneeId);
      if (known.assigneeId === assigneeId) return;
      await this.cases.assign(id, assigneeId);
      await this.cases.note(id, 'assigned', at, { assigneeId });
      const { counterpartyId, dueAt } = known;
      await this.outbox.append(
        CaseAssigned.make(id, {
          caseId: id,
          counterpartyId,
          assigneeId,
          assignedBy: actorName(),
          dueAt: dueAt.toISOString(),
        }),
      );
    });
  }

  /** Errors: `case.not_found`, `kyb.case_changed` (412). */
  setPriority(id: string, priority: Priority, expectedVersion?: number): Promise<Case> {
    return this.change(id, expectedVersion, (known, at) => this.keeper.setPriority(known, priority, at));
  }

  private change(
    id: string,
    expectedVersion: number | undefined,
    work: (known: Case, at: Date) => Promise<void>,
  ): Promise<Case> {
    return this.uow.run(async () => {
      const known = await this.cases.get(id, 'FOR UPDATE');
      assertVersion('case', known, expectedVersion);
      await work(known, this.clock.now());
      return this.cases.get(id);
    });
  }
}
