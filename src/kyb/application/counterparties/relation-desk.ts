import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import {
  type Relation,
  type RelationDraft,
  RelationRepository,
} from '../../infrastructure/relation.repository.js';

/** Who owns and who directs whom. */
@Injectable()
export class RelationDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly counterparties: CounterpartyRepository,
    private readonly relations: RelationRepository,
  ) {}

  /** Error: `counterparty.not_found`. */
  list(counterpartyId: string): Promise<Relation[]> {
    return this.uow.run(async () => {
      await this.counterparties.get(counterpartyId);
      return this.relations.of(counterpartyId);
    });
  }

  /**
   * Errors: `counterparty.not_found`, `kyb.related_to_itself` (422), `kyb.related_unknown` (422), `kyb.share_of_director` (422),
   * `kyb.relation_exists` (409).
   */
  add(draft: RelationDraft): Promise<Relation> {
    if (draft.fromId === draft.toId)
      throw DomainError.invalid('kyb.related_to_itself', '/toId', 'toId must be another counterparty.');
    if (draft.kind === 'director_of' && draft.shareBasisPoints !== null)
      throw DomainError.invalid(
        'kyb.share_of_director',
        '/shareBasisPoints',
        'Only owners have a share. Leave shareBasisPoints out.',
      );
    return this.uow.run(async () => {
      await this.counterparties.get(draft.fromId);
      if ((await this.counterparties.some([draft.toId])).length === 0)
        throw DomainError.invalid(
          'kyb.related_unknown',
          '/toId',
          'There is no counterparty with this id. Add it first.',
        );
      const made = await this.relations.insert(draft);
      if (!made)
        throw new DomainError('conflict', 'kyb.relation_exists', 'The two are related in this way already.');
      return made;
    });
  }

  /** Error: `relation.not_found`. */
  remove(counterpartyId: string, id: string): Promise<void> {
    return this.uow.run(async () => {
      if (!(await this.relations.remove(counterpartyId, id))) throw DomainError.notFound('relation', id);
    });
  }
}
