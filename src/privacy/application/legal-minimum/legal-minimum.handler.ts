import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { GetTenantQuery } from '#contracts/tenancy';
import { Dispatcher } from '#libs/messaging';
import { type LegalMinimum, LegalMinimumQuery } from '../../contracts/privacy.queries.js';
import { legalMinimum } from '../../domain/legal-minimums.js';

@QueryHandler(LegalMinimumQuery)
export class LegalMinimumHandler implements IQueryHandler<LegalMinimumQuery> {
  constructor(private readonly dispatcher: Dispatcher) {}

  async execute({ dataClass }: LegalMinimumQuery): Promise<LegalMinimum | null> {
    const { country } = await this.dispatcher.ask(new GetTenantQuery());
    return legalMinimum(dataClass, country) ?? null;
  }
}
