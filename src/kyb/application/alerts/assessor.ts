import { Injectable } from '@nestjs/common';
import { canonicalJson, Clock, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { Metrics } from '#libs/observability';
import { STRONG_THRESHOLD } from '#libs/screening';
import { AlertRaised, CounterpartyRestricted } from '../../contracts/events.js';
import { type Alert, ended, seenAgain, type Sighting } from '../../domain/alert.js';
import type { ChangeKind } from '../../domain/changes.js';
import { listedId } from '../../domain/listed-entity.js';
import { riskOf } from '../../domain/risk.js';
import { meaningOf, type Rules, type Stop } from '../../domain/rules.js';
import { AlertRepository } from '../../infrastructure/alert.repository.js';
import { type ChangeView, CheckRepository } from '../../infrastructure/check.repository.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { type Risk, RiskRepository } from '../../infrastructure/risk.repository.js';
import { CaseKeeper } from './case-keeper.js';

const HOUR_MS = 3_600_000;
const MOST_CHANGES = 500;

/** Turns what a check found into alerts, cases and risk. Runs in the unit of work of its caller. */
@Injectable()
export class Assessor {
  private readonly raised;

  constructor(
    private readonly counterparties: CounterpartyRepository,
    private readonly checks: CheckRepository,
    private readonly alerts: AlertRepository,
    private readonly cases: CaseKeeper,
    private readonly risks: RiskRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.raised = metrics.counter({
      name: 'frontdesk_kyb_alerts_total',
      help: 'Alerts raised or open again, by kind and severity',
      labelNames: ['kind', 'severity'],
    });
  }

  async assess(checkId: string, counterpartyId: string): Promise<void> {
    // The event may come after its erasure.
    if (!(await this.counterparties.lock(counterpartyId))) return;
    const changes = await this.checks.changes({ checkId }, { limit: MOST_CHANGES });
    if (changes.length > 0) {
      const { rules } = await this.risks.rules();
      const known = await this.alerts.lockOf(counterpartyId);
      const before = new Map(known);
      const matches = await this.checks.matches([counterpartyId]);
      const hits = new Set(matches.map(({ list, entryId }) => listedId(list, entryId)));
      // Oldest first, as they were found.
      for (const change of [...changes].reverse())
        if (isCurrent(change, hits)) await this.look(change, rules, known);
      await this.restrict(counterpartyId, before);
    }
    await this.alerts.touch(counterpartyId, checkId);
    await this.score(counterpartyId, checkId);
  }

  /** Computes the risk anew, and keeps it when it is another. Answers the present one. */
  async score(counterpartyId: string, checkId: string | null): Promise<Omit<Risk, 'id'>> {
    const now = this.clock.now();
    const { weights } = await this.risks.rules();
    const { score, factors } = riskOf(await this.risks.facts(counterpartyId, now), weights);
    const [before] = await this.risks.history(counterpartyId, { limit: 0 });
    if (before?.score === score && canonicalJson(before.factors) === canonicalJson(factors)) return before;
    const risk = { counterpartyId, score, factors, checkId, computedAt: now };
    await this.risks.insert(risk);
    return risk;
  }

  /** Tells what is stopped for a counterparty, when a decision has changed it. */
  async restrict(counterpartyId: string, before: ReadonlyMap<string, Alert>): Promise<void> {
    const { rules } = await this.risks.rules();
    const after = await this.alerts.lockOf(counterpartyId);
    const [was, is] = [stopsOf([...before.values()], rules), stopsOf([...after.values()], rules)];
    if (was !== is)
      await this.outbox.append(CounterpartyRestricted.make(counterpartyId, { counterpartyId, stops: is }));
  }

  /** Tells what is stopped for each counterparty, where other rules have changed it. */
  async restrictBy(before: Rules, after: Rules): Promise<void> {
    const of = new Map<string, Alert[]>();
    for (const alert of await this.alerts.stopping())
      of.set(alert.counterpartyId, [...(of.get(alert.counterpartyId) ?? []), alert]);
    for (const [counterpartyId, alerts] of of) {
      const [was, is] = [stopsOf(alerts, before), stopsOf(alerts, after)];
      if (was !== is)
        await this.outbox.append(CounterpartyRestricted.make(counterpartyId, { counterpartyId, stops: is }));
    }
  }

  private async look(change: ChangeView, rules: Rules, known: Map<string, Alert>): Promise<void> {
    const kind = change.kind as ChangeKind;
    if (!kind.endsWith('_hit')) {
      const subject = `field:${change.source}:${change.field}`;
      const meaning = meaningOf(rules, { ...change, kind });
      if (meaning === 'raise') await this.raise(change, subject, rules, known);
      if (meaning === 'end') await this.end(change, subject, known);
      return;
    }
    const [hit, gone] = [`hit:${change.field}`, `removed:${change.field}`];
    const [now, before] = kind === 'removed_hit' ? [gone, hit] : [hit, gone];
    const state = known.get(hit)?.state ?? 'closed';
    // Whatever the rules hold material, what was said of an entry holds for the entry as it was.
    const undoes = kind !== 'removed_hit' && state !== 'closed';
    // Before the other ends, so that both are of one case.
    if (rules[kind].alert || undoes) await this.raise(change, now, rules, known);
    await this.end(change, before, known);
  }

  private async end(change: ChangeView, subject: string, known: Map<string, Alert>): Promise<void> {
    const alert = known.get(subject);
    if (!alert || alert.state === 'closed') return;
    const at = change.createdAt;
    const closed = ended(alert, change.checkId, at);
    await this.alerts.save(closed);
    await this.alerts.note(alert, 'ended', at, { checkId: change.checkId });
    await this.cases.settle(alert.caseId, at);
    known.set(subject, closed);
  }

  private async raise(
    change: ChangeView,
    subject: string,
    rules: Rules,
    known: Map<string, Alert>,
  ): Promise<void> {
    const kind = change.kind as ChangeKind;
    const rule = rules[kind];
    const alert = known.get(subject);
    const at = change.createdAt;
    const after = (subject.startsWith('hit:') ? change.after : null) as {
      score?: number;
      entryHash?: string;
    } | null;
    const score = after?.score ?? null;
    const sighting: Sighting = {
      checkId: change.checkId,
      entryHash: after?.entryHash ?? null,
      score,
      severity: (score ?? 0) >= STRONG_THRESHOLD ? 'high' : rule.severity,
      dueAt: new Date(at.getTime() + rule.decideWithinHours * HOUR_MS),
      at,
    };
    const next = alert
      ? seenAgain(alert, sighting)
      : { alert: fresh(change, subject, sighting), event: 'raised' };
    const caseId = next.event === 'seen' ? next.alert.caseId : await this.cases.admit(next.alert, at);
    const saved = { ...next.alert, caseId };
    await this.alerts.save(saved);
    await this.alerts.note(saved, next.event, at, openingFacts(saved));
    known.set(subject, saved);
    if (next.event === 'seen') return;
    await this.cases.settle(caseId, at);
    this.raised.inc({ kind, severity: saved.severity });
    await this.outbox.append(AlertRaised.make(saved.id, factsOfAlert(saved)));
  }
}

/** Events may come late: what a later check has found otherwise says nothing any more. */
const isCurrent = ({ kind, field }: ChangeView, hits: ReadonlySet<string>): boolean =>
  kind === 'removed_hit' ? !hits.has(field) : !kind.endsWith('_hit') || hits.has(field);

export const factsOfAlert = ({ id, caseId, counterpartyId, subject, severity }: Alert) => ({
  alertId: id,
  caseId,
  counterpartyId,
  subject,
  severity,
});

/** What an alert is when it is to be decided, so that it can be shown later as it was. */
export const openingFacts = ({ checkId, score, entryHash, severity, dueAt, stopping }: Alert) => ({
  checkId,
  score,
  entryHash,
  severity,
  dueAt,
  stopping,
});

/** What confirmed alerts stop, in one form. */
const stopsOf = (alerts: readonly Alert[], rules: Rules): string => {
  const stops = new Set<Stop>();
  for (const { stopping, kind } of alerts)
    if (stopping) for (const stop of rules[kind as ChangeKind].stops) stops.add(stop);
  return [...stops].sort().join(',');
};

const fresh = (change: ChangeView, subject: string, seen: Sighting): Alert => ({
  id: newId(),
  counterpartyId: change.counterpartyId,
  caseId: '',
  subject,
  kind: change.kind,
  severity: seen.severity,
  state: 'open',
  entryHash: seen.entryHash,
  score: seen.score,
  checkId: seen.checkId,
  raisedAt: seen.at,
  lastSeenAt: seen.at,
  dueAt: seen.dueAt,
  assigneeId: null,
  disposition: null,
  reasonCode: null,
  proposedBy: null,
  proposedAt: null,
  decidedBy: null,
  decidedAt: null,
  expiresAt: null,
  stopping: false,
  version: 1,
});
