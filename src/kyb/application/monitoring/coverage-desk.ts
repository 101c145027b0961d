import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { ListLibrary } from '../../domain/list-library.js';
import { LISTS, type ListName, REGISTERS, type RegisterName } from '../../domain/sources.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import {
  type CoverageCount,
  CoverageRepository,
  type CoverageRow,
} from '../../infrastructure/coverage.repository.js';
import { ListStore } from '../../infrastructure/lists/list.store.js';

const COVERED = [...LISTS, ...REGISTERS] as const;
const NO_ANSWER = new Set(['unknown', 'not_checked', 'not_applicable']);

export interface SourceCoverage {
  readonly source: string;
  readonly currentNumber: number | null;
  readonly fetchedAt: Date | null;
  readonly alarm: string | null;
  readonly covered: number;
  readonly notCovered: number;
  /** Those whom it cannot be asked about. */
  readonly notApplicable: number;
  readonly counts: readonly (Omit<CoverageCount, 'source' | 'oldest'> & { oldestCheckedAt: Date | null })[];
}

/** Says of everybody what they were checked against, and of whom nothing can be said. */
@Injectable()
export class CoverageDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly coverage: CoverageRepository,
    private readonly counterparties: CounterpartyRepository,
    private readonly library: ListLibrary,
    private readonly lists: ListStore,
  ) {}

  async summary(): Promise<{ counterparties: number; sources: SourceCoverage[] }> {
    const versions = new Map((await this.library.current()).map((each) => [each.list as string, each]));
    const alarms = new Map((await this.lists.states()).map(({ list, alarm }) => [list as string, alarm]));
    const { counterparties, counts } = await this.uow.run(() => this.coverage.summary());
    const sources = COVERED.map((source): SourceCoverage => {
      const own = completed(source, counterparties, counts);
      const current = versions.get(source);
      const isCovered = ({ state, listNumber }: CoverageCount): boolean =>
        !NO_ANSWER.has(state) && (current === undefined || (listNumber ?? 0) >= current.number);
      const sum = (rows: readonly CoverageCount[]): number =>
        rows.reduce((total, { counterparties }) => total + counterparties, 0);
      return {
        source,
        currentNumber: current?.number ?? null,
        fetchedAt: current?.fetchedAt ?? null,
        alarm: alarms.get(source)?.code ?? null,
        covered: sum(own.filter(isCovered)),
        notCovered: sum(own.filter((each) => !isCovered(each) && each.state !== 'not_applicable')),
        notApplicable: sum(own.filter(({ state }) => state === 'not_applicable')),
        counts: own.map(({ state, reason, listNumber, counterparties, oldest }) => ({
          state,
          reason,
          listNumber,
          counterparties,
          oldestCheckedAt: oldest,
        })),
      };
    });
    return { counterparties, sources };
  }

  /** Error: `counterparty.not_found`. Sources that never looked are `unknown`. */
  async of(counterpartyId: string): Promise<CoverageRow[]> {
    const rows = await this.uow.run(async () => {
      await this.counterparties.get(counterpartyId);
      return this.coverage.of(counterpartyId);
    });
    return COVERED.map(
      (source) =>
        rows.find((row) => row.source === source) ?? {
          counterpartyId,
          source,
          state: 'unknown',
          reason: null,
          listNumber: null,
          checkId: null,
          runId: null,
          checkedAt: null,
          attemptedAt: null,
        },
    );
  }

  /** Whom a source says nothing of, or said it by an older edition; one more than `limit` when there is one. */
  async gaps(
    source: ListName | RegisterName,
    page: { limit: number; startingAfter?: string },
  ): Promise<CoverageRow[]> {
    const current = (await this.library.current()).find(({ list }) => list === source)?.number ?? null;
    const rows = await this.uow.run(() => this.coverage.gaps(source, current, page));
    return rows.map(({ id: _, ...row }) => row);
  }
}

/** The counts of a source, with those whom it never looked at. */
const completed = (source: string, all: number, counts: readonly CoverageCount[]): CoverageCount[] => {
  const own = counts.filter((each) => each.source === source);
  const unseen = own.reduce((rest, { counterparties }) => rest - counterparties, all);
  const never = {
    source,
    state: 'unknown',
    reason: null,
    listNumber: null,
    counterparties: unseen,
    oldest: null,
  };
  return unseen > 0 ? [...own, never] : own;
};
