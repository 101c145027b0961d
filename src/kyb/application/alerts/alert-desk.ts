import { Injectable } from '@nestjs/common';
import { Clock, DomainError } from '#libs/kernel';
import { Dispatcher, Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { AlertAssigned, AlertDecided, AlertRaised } from '../../contracts/events.js';
import { type Alert, decide, type Disposition, propose, reopen } from '../../domain/alert.js';
import type { ChangeKind } from '../../domain/changes.js';
import {
  actorName,
  type AlertEvent,
  type AlertFilter,
  AlertRepository,
} from '../../infrastructure/alert.repository.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { RiskRepository } from '../../infrastructure/risk.repository.js';
import { Assessor, factsOfAlert, openingFacts } from './assessor.js';
import { CaseKeeper } from './case-keeper.js';
import { assertMember, assertPerson, assertVersion } from './refusals.js';

const HOUR_MS = 3_600_000;

export interface Proposal {
  readonly disposition: Disposition;
  readonly reasonCode: string;
  readonly note: string | null;
  readonly expiresAt: Date | null;
}

export type BulkAction =
  | ({ readonly action: 'propose' } & Proposal)
  | { readonly action: 'approve' | 'reject' | 'reopen'; readonly note: string | null }
  | { readonly action: 'assign'; readonly assigneeId: string | null };

export interface BulkResult {
  readonly id: string;
  readonly alert: Alert | null;
  /** Why it was refused. */
  readonly code: string | null;
  readonly detail: string | null;
}

/** Of the alerts that one request gives: whether somebody was given one already. */
interface Giving {
  begun: boolean;
}

interface Page {
  readonly limit: number;
  readonly startingAfter?: string;
}

/** Where people say what an alert is: one proposes, another decides. */
@Injectable()
export class AlertDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly alerts: AlertRepository,
    private readonly counterparties: CounterpartyRepository,
    private readonly risks: RiskRepository,
    private readonly assessor: Assessor,
    private readonly keeper: CaseKeeper,
    private readonly dispatcher: Dispatcher,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  list(filter: AlertFilter, page: Page): Promise<Alert[]> {
    return this.uow.run(() => this.alerts.list(filter, this.clock.now(), page));
  }

  /** Error: `alert.not_found`. */
  get(id: string): Promise<Alert> {
    return this.uow.run(() => this.alerts.get(id));
  }

  /** Oldest first; one more than `limit` when there is one. Error: `alert.not_found`. */
  history(id: string, page: Page): Promise<AlertEvent[]> {
    return this.uow.run(async () => {
      await this.alerts.get(id);
      return this.alerts.history(id, page);
    });
  }

  /** Errors: `alert.not_found`, `kyb.alert_changed` (412), `kyb.person_needed` (403), those of `propose`. */
  async propose(id: string, { note, ...proposal }: Proposal, expectedVersion?: number): Promise<Alert> {
    assertPerson();
    return this.change(id, expectedVersion, async (alert, at) => {
      const next = propose(alert, proposal, actorName(), at);
      const { disposition, reasonCode, expiresAt, checkId } = next;
      await this.alerts.note(alert, 'proposed', at, { disposition, reasonCode, expiresAt, checkId }, note);
      return next;
    });
  }

  /** Errors: `alert.not_found`, `kyb.alert_changed` (412), `kyb.person_needed` (403), those of `decide`. */
  async decide(
    id: string,
    verdict: 'approved' | 'rejected',
    note: string | null,
    expectedVersion?: number,
  ): Promise<Alert> {
    assertPerson();
    return this.change(id, expectedVersion, async (alert, at) => {
      const before = await this.alerts.lockOf(alert.counterpartyId);
      const next = decide(alert, verdict, actorName(), at);
      await this.alerts.save(next);
      const { disposition, checkId } = alert;
      await this.alerts.note(alert, verdict, at, { disposition, checkId }, note);
      if (verdict === 'approved') {
        await this.keeper.settle(alert.caseId, at);
        await this.outbox.append(
          AlertDecided.make(id, { ...factsOfAlert(next), disposition: next.disposition ?? '' }),
        );
        await this.assessor.restrict(alert.counterpartyId, before);
        await this.assessor.score(alert.counterpartyId, alert.checkId);
      }
      return null;
    });
  }

  /**
   * Takes a decision back; what it stopped stays stopped until two people decide anew. Errors: `alert.not_found`, `kyb.alert_changed`
   * (412), `kyb.person_needed` (403), `kyb.alert_open` (409).
   */
  async reopen(id: string, note: string | null, expectedVersion?: number): Promise<Alert> {
    assertPerson();
    return this.change(id, expectedVersion, (alert, at) => this.reopened(alert, at, 'reopened', note));
  }

  /** Says something about an alert and decides nothing: its version stays. Error: `alert.not_found`. */
  note(id: string, note: string): Promise<AlertEvent> {
    return this.uow.run(async () =>
      this.alerts.note(await this.alerts.lock(id), 'noted', this.clock.now(), {}, note),
    );
  }

  /** Errors: `alert.not_found`, `kyb.alert_changed` (412), `kyb.assignee_unknown` (422). */
  async assign(
    id: string,
    assigneeId: string | null,
    expectedVersion?: number,
    giving: Giving | null = null,
  ): Promise<Alert> {
    let given = false;
    const saved = await this.change(id, expectedVersion, async (alert, at) => {
      await assertMember(this.dispatcher, assigneeId);
      if (alert.assigneeId === assigneeId) return null;
      await this.alerts.note(alert, 'assigned', at, { assigneeId });
      const { caseId, counterpartyId, state, dueAt } = alert;
      await this.outbox.append(
        AlertAssigned.make(id, {
          alertId: id,
          caseId,
          counterpartyId,
          assigneeId,
          assignedBy: actorName(),
          dueAt: state === 'open' || state === 'proposed' ? dueAt.toISOString() : null,
          bulk: giving && (giving.begun ? 'further' : 'first'),
        }),
      );
      given = true;
      return { ...alert, assigneeId };
    });
    if (giving && given) giving.begun = true;
    return saved;
  }

  /** Each by itself: what is refused for one keeps none of the others back. */
  async bulk(ids: readonly string[], action: BulkAction): Promise<BulkResult[]> {
    const results: BulkResult[] = [];
    const giving = ids.length > 1 ? { begun: false } : null;
    for (const id of ids)
      try {
        results.push({ id, alert: await this.one(id, action, giving), code: null, detail: null });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        results.push({ id, alert: null, code: error.code, detail: error.message });
      }
    return results;
  }

  /** Opens an approved disposition again whose time is over. Answers whether it did. Error: `alert.not_found`. */
  async expire(id: string): Promise<boolean> {
    let expired = false;
    await this.change(id, undefined, (alert, at) => {
      expired = alert.state === 'approved' && alert.expiresAt !== null && alert.expiresAt <= at;
      return expired ? this.reopened(alert, at, 'expired', null) : Promise.resolve(null);
    });
    return expired;
  }

  private async reopened(alert: Alert, at: Date, kind: string, note: string | null): Promise<Alert | null> {
    const before = await this.alerts.lockOf(alert.counterpartyId);
    const { rules } = await this.risks.rules();
    const dueAt = new Date(at.getTime() + rules[alert.kind as ChangeKind].decideWithinHours * HOUR_MS);
    const next = reopen(alert, dueAt);
    const saved = { ...next, caseId: await this.keeper.admit(next, at) };
    await this.alerts.save(saved);
    await this.alerts.note(saved, kind, at, openingFacts(saved), note);
    await this.keeper.settle(saved.caseId, at);
    await this.outbox.append(AlertRaised.make(alert.id, factsOfAlert(saved)));
    await this.assessor.restrict(alert.counterpartyId, before);
    await this.assessor.score(alert.counterpartyId, alert.checkId);
    return null;
  }

  /** `work` answers what to save; null when it has saved already. */
  private change(
    id: string,
    expectedVersion: number | undefined,
    work: (alert: Alert, at: Date) => Promise<Alert | null>,
  ): Promise<Alert> {
    return this.uow.run(async () => {
      // The counterparty first, as checks do: two people at two of its alerts must not wait for each other.
      const { counterpartyId } = await this.alerts.get(id);
      await this.counterparties.get(counterpartyId, 'FOR UPDATE');
      const alert = await this.alerts.lock(id);
      assertVersion('alert', alert, expectedVersion);
      const next = await work(alert, this.clock.now());
      if (next) await this.alerts.save(next);
      return this.alerts.get(id);
    });
  }

  private one(id: string, action: BulkAction, giving: Giving | null): Promise<Alert> {
    switch (action.action) {
      case 'propose':
        return this.propose(id, action);
      case 'approve':
        return this.decide(id, 'approved', action.note);
      case 'reject':
        return this.decide(id, 'rejected', action.note);
      case 'reopen':
        return this.reopen(id, action.note);
      case 'assign':
        return this.assign(id, action.assigneeId, undefined, giving);
    }
  }
}
