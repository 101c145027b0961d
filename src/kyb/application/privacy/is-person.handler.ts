import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { IsPersonQuery } from '../../contracts/kyb.queries.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';

@QueryHandler(IsPersonQuery)
export class IsPersonHandler implements IQueryHandler<IsPersonQuery> {
  constructor(private readonly counterparties: CounterpartyRepository) {}

  async execute({ counterpartyId }: IsPersonQuery): Promise<boolean> {
    const [found] = await this.counterparties.some([counterpartyId]);
    return found?.kind === 'person';
  }
}
