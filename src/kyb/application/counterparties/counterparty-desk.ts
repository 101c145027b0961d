import { Injectable } from '@nestjs/common';
import { canonicalJson, Clock, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { canBeInNotices, factsOf, outdatedBy } from '../../domain/counterparty.js';
import { coveredBy } from '../../domain/sources.js';
import {
  type Counterparty,
  type CounterpartyDraft,
  type CounterpartyFilter,
  CounterpartyRepository,
} from '../../infrastructure/counterparty.repository.js';
import { CoverageRepository } from '../../infrastructure/coverage.repository.js';

export interface Page {
  readonly limit: number;
  readonly startingAfter?: string;
}

/** Where counterparties are added, changed and archived. */
@Injectable()
export class CounterpartyDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly counterparties: CounterpartyRepository,
    private readonly coverage: CoverageRepository,
    private readonly clock: Clock,
  ) {}

  /** Errors: `kyb.reference_taken` (409), those of `assertSound` (422). */
  create(draft: CounterpartyDraft): Promise<Counterparty> {
    assertSound(draft);
    return this.uow.run(() => this.counterparties.insert(draft));
  }

  get(id: string): Promise<Counterparty> {
    return this.uow.run(() => this.counterparties.get(id));
  }

  list(filter: CounterpartyFilter, page: Page): Promise<Counterparty[]> {
    return this.uow.run(() => this.counterparties.list(filter, page));
  }

  /**
   * Members that are left out stay. When something that sources are asked with changes, it is checked at once.
   * Errors: `counterparty.not_found`, `kyb.counterparty_changed` (412), `kyb.counterparty_archived` (409), `kyb.reference_taken` (409).
   */
  update(
    id: string,
    patch: Partial<CounterpartyDraft>,
    expectedVersion: number | undefined,
  ): Promise<Counterparty> {
    return this.uow.run(async () => {
      const known = await this.locked(id, expectedVersion);
      if (known.archivedAt)
        throw new DomainError('conflict', 'kyb.counterparty_archived', 'Restore the counterparty first.');
      const draft: CounterpartyDraft = { ...known, ...patch };
      assertSound(draft);
      await this.save(known, draft);
      return this.counterparties.get(id);
    });
  }

  /** An archived counterparty is kept with all its evidence, and not checked any more. Errors as of `update`. */
  setArchived(id: string, archived: boolean, expectedVersion: number | undefined): Promise<Counterparty> {
    return this.uow.run(async () => {
      const known = await this.locked(id, expectedVersion);
      if ((known.archivedAt !== null) !== archived)
        await this.counterparties.setArchived(id, archived ? this.clock.now() : null);
      return this.counterparties.get(id);
    });
  }

  /** Writes what becomes of a locked counterparty. What sources have said of it as it was is no answer any more. */
  async save(known: Counterparty, draft: CounterpartyDraft): Promise<void> {
    const outdated = outdatedBy(known, draft);
    await this.counterparties.save(known.id, draft, {
      due: this.dueAfter(known, draft),
      notice: this.noticeAfter(known, draft, outdated.includes('insolvency')),
    });
    await this.coverage.outdate(known.id, outdated.flatMap(coveredBy));
  }

  /** When a counterparty is due after a change. */
  private dueAfter(known: Counterparty, draft: CounterpartyDraft): Date | null {
    if (draft.schedule === 'off') return null;
    const same = canonicalJson(factsOf(known)) === canonicalJson(factsOf(draft));
    const schedule = known.schedule === draft.schedule && known.everyDays === draft.everyDays;
    return same && schedule ? known.nextDueAt : this.clock.now();
  }

  private noticeAfter(
    known: Counterparty,
    draft: CounterpartyDraft,
    outdated: boolean,
  ): Date | null | undefined {
    if (draft.schedule === 'off' || !canBeInNotices(draft)) return null;
    const schedule = known.schedule === draft.schedule && known.everyDays === draft.everyDays;
    return outdated || !schedule ? this.clock.now() : undefined;
  }

  private async locked(id: string, expectedVersion: number | undefined): Promise<Counterparty> {
    const known = await this.counterparties.get(id, 'FOR UPDATE');
    if (expectedVersion !== undefined && expectedVersion !== known.version)
      throw new DomainError(
        'stale',
        'kyb.counterparty_changed',
        'Somebody has changed the counterparty since you read it. Read it again.',
        { facts: { version: known.version } },
      );
    return known;
  }
}

/** Rules between the members of a draft. Errors (422): `kyb.schedule_invalid`, `kyb.birth_date_of_organisation`. */
export const assertSound = (draft: CounterpartyDraft): void => {
  if ((draft.schedule === 'custom') !== (draft.everyDays !== null))
    throw DomainError.invalid(
      'kyb.schedule_invalid',
      '/monitoring/everyDays',
      draft.schedule === 'custom'
        ? 'everyDays says how often; it is needed with the schedule `custom`.'
        : 'everyDays goes with the schedule `custom` only.',
    );
  if (draft.kind === 'organisation' && (draft.birthDate !== null || draft.gender !== null))
    throw DomainError.invalid(
      'kyb.birth_date_of_organisation',
      draft.birthDate === null ? '/gender' : '/birthDate',
      'Only persons have a birth date and a gender. Leave it out, or set kind to `person`.',
    );
};
