import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { FindMemberQuery } from '../../contracts/tenancy.queries.js';
import { normalEmail } from '../../domain/person.js';
import { MemberStore } from '../../infrastructure/member.store.js';

@QueryHandler(FindMemberQuery)
export class FindMemberHandler implements IQueryHandler<FindMemberQuery> {
  constructor(private readonly members: MemberStore) {}

  execute({ email }: FindMemberQuery): Promise<string | null> {
    return this.members.idOf(normalEmail(email));
  }
}
