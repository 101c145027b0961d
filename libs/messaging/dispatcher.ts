import { Injectable } from '@nestjs/common';
import { type Command, CommandBus, type Query, QueryBus } from '@nestjs/cqrs';
import { UnitOfWork } from '#libs/persistence';

/** How a context asks and requests, of itself and of others: each call is, or joins, one unit of work. */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly uow: UnitOfWork,
  ) {}

  request<T>(command: Command<T>): Promise<T> {
    return this.uow.run(() => this.commands.execute(command) as Promise<T>);
  }

  ask<T>(query: Query<T>): Promise<T> {
    return this.uow.run(() => this.queries.execute(query) as Promise<T>);
  }
}
