import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { RiskWeights } from '../../domain/risk.js';
import type { Rules } from '../../domain/rules.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { type OwnRules, type Risk, RiskRepository } from '../../infrastructure/risk.repository.js';
import { Assessor } from './assessor.js';

/** What a business holds material, and how it weighs it. */
@Injectable()
export class RulesDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly risks: RiskRepository,
    private readonly counterparties: CounterpartyRepository,
    private readonly assessor: Assessor,
  ) {}

  get(): Promise<OwnRules> {
    return this.uow.run(() => this.risks.rules());
  }

  /**
   * Rules that are left out stay. From the next check on; what confirmed alerts stop is told at once where it is something else now.
   * Error: `kyb.rules_changed` (412).
   */
  putRules(rules: Partial<Rules>, expectedVersion: number | undefined): Promise<OwnRules> {
    return this.uow.run(async () => {
      // Locked: two who change them at once tell it one after the other.
      const { rules: before } = await this.risks.lockedRules();
      const changed = await this.change(expectedVersion, (own) => ({
        ...own,
        rules: { ...own.rules, ...rules },
      }));
      await this.assessor.restrictBy(before, changed.rules);
      return changed;
    });
  }

  /** Weights that are left out stay. From the next check on. Error: `kyb.rules_changed` (412). */
  putWeights(weights: Partial<RiskWeights>, expectedVersion: number | undefined): Promise<OwnRules> {
    return this.change(expectedVersion, (own) => ({ ...own, weights: { ...own.weights, ...weights } }));
  }

  /** The present risk, computed now. Error: `counterparty.not_found`. */
  risk(counterpartyId: string): Promise<Omit<Risk, 'id'>> {
    return this.uow.run(async () => {
      // A score that is another is written down: two at once would write it twice.
      await this.counterparties.get(counterpartyId, 'FOR UPDATE');
      return this.assessor.score(counterpartyId, null);
    });
  }

  /** Each score that was another than the one before; newest first. Error: `counterparty.not_found`. */
  history(counterpartyId: string, page: { limit: number; startingAfter?: string }): Promise<Risk[]> {
    return this.uow.run(async () => {
      await this.counterparties.get(counterpartyId);
      return this.risks.history(counterpartyId, page);
    });
  }

  private change(expectedVersion: number | undefined, next: (own: OwnRules) => OwnRules): Promise<OwnRules> {
    return this.uow.run(async () => {
      const own = await this.risks.lockedRules();
      if (expectedVersion !== undefined && expectedVersion !== own.version)
        throw new DomainError(
          'stale',
          'kyb.rules_changed',
          'Somebody has changed the rules since you read them. Read them again.',
          { facts: { version: own.version } },
        );
      await this.risks.saveRules(next(own));
      return this.risks.rules();
    });
  }
}
