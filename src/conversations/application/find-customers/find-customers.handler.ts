import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import {
  type CustomerCandidate,
  FindCustomersQuery,
  IsOfErasedQuery,
} from '../../contracts/customer.queries.js';
import { SubjectRepository } from '../../infrastructure/subject.repository.js';

@QueryHandler(FindCustomersQuery)
export class FindCustomersHandler implements IQueryHandler<FindCustomersQuery> {
  constructor(private readonly subjects: SubjectRepository) {}

  execute({ by }: FindCustomersQuery): Promise<CustomerCandidate[]> {
    if ('customerId' in by) return this.subjects.byCustomer(by.customerId);
    if ('phone' in by) return this.subjects.byPhone(by.phone);
    return this.subjects.byAddress(by.channelId, by.address);
  }
}

@QueryHandler(IsOfErasedQuery)
export class IsOfErasedHandler implements IQueryHandler<IsOfErasedQuery> {
  constructor(private readonly subjects: SubjectRepository) {}

  async execute({ input: { channelId, keys, sentAt } }: IsOfErasedQuery): Promise<boolean> {
    const at = await this.subjects.erasedAt(channelId, keys);
    // Providers tell whole seconds.
    return at !== null && sentAt.getTime() < Math.floor(at.getTime() / 1000) * 1000;
  }
}
