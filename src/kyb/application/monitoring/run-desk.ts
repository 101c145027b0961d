import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { type Run, RunRepository } from '../../infrastructure/run.repository.js';

@Injectable()
export class RunDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly runs: RunRepository,
  ) {}

  list(kind: string | undefined, page: { limit: number; startingAfter?: string }): Promise<Run[]> {
    return this.uow.run(() => this.runs.list(kind, page));
  }

  /** Error: `run.not_found`. */
  get(id: string): Promise<Run> {
    return this.uow.run(() => this.runs.get(id));
  }
}
