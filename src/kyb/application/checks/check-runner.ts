import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { ALERT_THRESHOLD, type Hit } from '#libs/screening';
import { type CounterpartyFacts, factsOf } from '../../domain/counterparty.js';
import type { Check, CheckTrigger, EvidenceHit } from '../../domain/evidence.js';
import type { ListVersion } from '../../domain/list-library.js';
import { splitListedId } from '../../domain/listed-entity.js';
import { Registers } from '../../domain/registers.js';
import type { CheckSource, RegisterName } from '../../domain/sources.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { CoverageRepository } from '../../infrastructure/coverage.repository.js';
import { KybSettingsRepository } from '../../infrastructure/kyb-settings.repository.js';
import { toQuery } from '../screening/queries.js';
import { ScreeningEngine } from '../screening/screening-engine.js';
import { CheckRecorder } from './check-recorder.js';

/** Hits of one check at most, the best ones; over it the counterparty's name says nothing, and the check says so (`kyb.hits_cut_off`). */
export const MOST_HITS = 50;

export interface Ran {
  readonly check: Check;
  readonly changes: number;
  /** When the source is worth asking again, before the schedule says so. */
  readonly retryAfterMs: number | null;
}

export interface RunOptions {
  readonly trigger: CheckTrigger;
  readonly runId?: string;
}

/**
 * Looks at a counterparty: reads what is known of it, asks the sources between units of work, and writes down what they said. A
 * process that dies in between has asked in vain, and nothing is half written.
 */
@Injectable()
export class CheckRunner {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly counterparties: CounterpartyRepository,
    private readonly coverage: CoverageRepository,
    private readonly settings: KybSettingsRepository,
    private readonly recorder: CheckRecorder,
    private readonly engine: ScreeningEngine,
    private readonly registers: Registers,
    private readonly clock: Clock,
  ) {}

  /** One check for each source, in their order. Error: `counterparty.not_found`. */
  async run(counterpartyId: string, sources: readonly CheckSource[], options: RunOptions): Promise<Ran[]> {
    const { facts, requesterVatNumber } = await this.uow.run(async () => ({
      facts: factsOf(await this.counterparties.get(counterpartyId)),
      ...(await this.settings.get()),
    }));
    const looks = await Promise.all(
      sources.map((source) =>
        source === 'screening'
          ? this.screen(counterpartyId, facts, options)
          : this.ask(counterpartyId, source, { facts, requesterVatNumber }, options),
      ),
    );
    const done: Ran[] = [];
    for (const { check, retryAfterMs } of looks) {
      const changes = await this.uow.run(async () => {
        const found = await this.recorder.record(check);
        if (check.source === 'screening') await this.catchUp(check);
        return found;
      });
      done.push({ check, changes: changes.length, retryAfterMs });
    }
    return done;
  }

  private async screen(
    counterpartyId: string,
    facts: CounterpartyFacts,
    { trigger, runId }: RunOptions,
  ): Promise<{ check: Check; retryAfterMs: number | null }> {
    const startedAt = this.clock.now();
    const searched = await this.engine.search([toQuery(facts)], { limit: MOST_HITS + 1, explain: true });
    const found = searched?.hits[0] ?? [];
    const hits = found.slice(0, MOST_HITS).map(toEvidenceHit);
    return {
      check: {
        id: newId(),
        counterpartyId,
        source: 'screening',
        state: searched ? (hits.length > 0 ? 'hits' : 'no_hits') : 'not_checked',
        reason: !searched ? 'kyb.lists_not_loaded' : found.length > MOST_HITS ? 'kyb.hits_cut_off' : null,
        trigger,
        runId: runId ?? null,
        listVersions: (searched?.versions ?? []).map(toEdition),
        matcherVersion: searched?.matcherVersion ?? null,
        settings: { threshold: ALERT_THRESHOLD, limit: MOST_HITS },
        reference: null,
        question: facts,
        facts: null,
        hits,
        exchanges: [],
        startedAt,
        finishedAt: this.clock.now(),
      },
      retryAfterMs: null,
    };
  }

  private async ask(
    counterpartyId: string,
    source: RegisterName,
    question: { facts: CounterpartyFacts; requesterVatNumber: string | null },
    { trigger, runId }: RunOptions,
  ): Promise<{ check: Check; retryAfterMs: number | null }> {
    const startedAt = this.clock.now();
    const register = this.registers.get(source);
    const answer = (await register?.ask(question)) ?? {
      state: 'not_checked' as const,
      reason: 'kyb.source_off',
      retryAfterMs: null,
      facts: {},
      reference: null,
      exchanges: [],
    };
    return {
      check: {
        id: newId(),
        counterpartyId,
        source,
        state: answer.state,
        reason: answer.reason,
        trigger,
        runId: runId ?? null,
        listVersions: [],
        matcherVersion: null,
        settings: { requester: question.requesterVatNumber },
        reference: answer.reference,
        question: question.facts,
        facts: answer.facts,
        hits: [],
        exchanges: answer.exchanges,
        startedAt,
        finishedAt: this.clock.now(),
      },
      retryAfterMs: answer.retryAfterMs,
    };
  }

  /** This process may search an edition that the business is past already: then the counterparty is due again. */
  private async catchUp({ counterpartyId, listVersions, finishedAt }: Check): Promise<void> {
    const screened = await this.coverage.screened();
    const behind = [...screened].some(
      ([list, { number }]) => (listVersions.find((each) => each.list === list)?.number ?? 0) < number,
    );
    if (behind) await this.counterparties.hasten([counterpartyId], finishedAt);
  }
}

export const toEdition = ({ list, number, contentHash }: ListVersion) => ({ list, number, contentHash });

export const toEvidenceHit = ({ entryId: id, tag, score, band, explanation }: Hit): EvidenceHit => {
  const { list, entryId } = splitListedId(id);
  return { list, entryId, entryHash: tag ?? '', score, band, explanation };
};
