import { Injectable } from '@nestjs/common';
import { canonicalJson } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { CheckRecorded } from '../../contracts/events.js';
import { type CounterpartyFacts, outdatedBy } from '../../domain/counterparty.js';
import { diffFacts, type FieldChange } from '../../domain/changes.js';
import { type Check, evidenceHash, evidenceOf, exchangeToJson } from '../../domain/evidence.js';
import { diffHits, type HitChange } from '../../domain/matches.js';
import { coveredBy, isAnswer, LISTS, type ListName, type RegisterName } from '../../domain/sources.js';
import { CheckRepository } from '../../infrastructure/check.repository.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { type Covered, CoverageRepository } from '../../infrastructure/coverage.repository.js';

/**
 * Writes a check down, in the unit of work of its caller: evidence, what it changed, coverage, and the event that tells of it. Checks of
 * one counterparty are written one by one, so that each is compared with the one before.
 */
@Injectable()
export class CheckRecorder {
  constructor(
    private readonly counterparties: CounterpartyRepository,
    private readonly checks: CheckRepository,
    private readonly coverage: CoverageRepository,
    private readonly outbox: Outbox,
  ) {}

  async record(check: Check): Promise<readonly (FieldChange | HitChange)[]> {
    const known = await this.counterparties.get(check.counterpartyId, 'FOR UPDATE');
    const exchanges = check.exchanges.map(exchangeToJson);
    await this.checks.insert(check, exchanges, evidenceHash(evidenceOf(check, exchanges)));
    const changes =
      check.source === 'screening' ? await this.screening(check) : await this.register(check, check.source);
    // It was changed while the source was asked: this is an answer about who it was.
    if (outdatedBy(check.question as CounterpartyFacts, known).includes(check.source))
      await this.coverage.outdate(check.counterpartyId, coveredBy(check.source));
    await this.checks.insertChanges(check, changes);
    await this.outbox.append(
      CheckRecorded.make(check.id, {
        checkId: check.id,
        counterpartyId: check.counterpartyId,
        source: check.source,
        state: check.state,
        changes: changes.length,
      }),
    );
    return changes;
  }

  private async screening(check: Check): Promise<HitChange[]> {
    const searched = check.listVersions.map(({ list }) => list as ListName);
    const before = await this.checks.matches([check.counterpartyId]);
    const changes = diffHits(before, check.hits, new Set(searched));
    await this.checks.saveMatches(check, searched);
    const hit = new Set(check.hits.map(({ list }) => list));
    await this.coverage.save(
      check.counterpartyId,
      check.id,
      check.finishedAt,
      LISTS.map((list): Covered => {
        const edition = check.listVersions.find((each) => each.list === list);
        return edition
          ? {
              source: list,
              state: hit.has(list) ? 'hits' : 'no_hits',
              reason: null,
              listNumber: edition.number,
              answered: true,
            }
          : {
              source: list,
              state: 'not_checked',
              reason: check.reason ?? 'kyb.list_not_loaded',
              listNumber: null,
              answered: false,
            };
      }),
    );
    return changes;
  }

  private async register(check: Check, source: RegisterName): Promise<FieldChange[]> {
    const { state, reason, facts } = check;
    const answered = isAnswer(state);
    await this.coverage.save(check.counterpartyId, check.id, check.finishedAt, [
      { source, state, reason, listNumber: null, answered },
    ]);
    if (!answered) return [];
    const seen = { ...facts, state };
    const before = await this.checks.lastSnapshot(check.counterpartyId, source);
    if (!before || canonicalJson(before.facts) !== canonicalJson(seen))
      await this.checks.takeSnapshot(check, seen);
    return diffFacts(source, before?.facts ?? null, seen);
  }
}
