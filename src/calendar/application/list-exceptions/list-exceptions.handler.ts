import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { HoursRepository } from '../../infrastructure/hours.repository.js';
import { exceptionView, type ExceptionView, ListExceptionsQuery } from './list-exceptions.query.js';

@QueryHandler(ListExceptionsQuery)
export class ListExceptionsHandler implements IQueryHandler<ListExceptionsQuery> {
  constructor(private readonly hours: HoursRepository) {}

  async execute({ filter, limit, startingAfter }: ListExceptionsQuery): Promise<ExceptionView[]> {
    return (await this.hours.listExceptions(filter, limit, startingAfter)).map(exceptionView);
  }
}
