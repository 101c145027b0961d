import type { EntityTarget, FindManyOptions, FindOptionsWhere, QueryDeepPartialEntity, Repository } from 'typeorm';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from './unit-of-work.js';

export interface TenantRow {
  tenantId: string;
  id: string;
}

type Scoped<E> = Omit<FindManyOptions<E>, 'where'> & { where?: FindOptionsWhere<E> };

/**
 * The only way to a tenant's table through TypeORM: every call carries the tenant of the context, on top of row level
 * security. Calls need an open unit of work. Statements with locks, ranges or conflicts go through `this.uow.query`.
 */
export abstract class TenantRepository<E extends TenantRow> {
  constructor(
    protected readonly uow: UnitOfWork,
    private readonly entity: EntityTarget<E>,
  ) {}

  find(options: Scoped<E> = {}): Promise<E[]> {
    return this.repository.find({ ...options, where: this.scope(options.where) });
  }

  findOne(where: FindOptionsWhere<E>): Promise<E | null> {
    return this.repository.findOne({ where: this.scope(where) });
  }

  findById(id: string): Promise<E | null> {
    return this.findOne({ id } as FindOptionsWhere<E>);
  }

  async insert(row: Omit<E, 'tenantId'>): Promise<void> {
    await this.repository.insert({ ...row, tenantId: currentTenant() } as unknown as QueryDeepPartialEntity<E>);
  }

  /** Returns the number of rows that matched. */
  async update(where: FindOptionsWhere<E>, patch: Partial<Omit<E, 'tenantId' | 'id'>>): Promise<number> {
    const result = await this.repository.update(this.scope(where), patch as unknown as QueryDeepPartialEntity<E>);
    return result.affected ?? 0;
  }

  async delete(where: FindOptionsWhere<E>): Promise<number> {
    return (await this.repository.delete(this.scope(where))).affected ?? 0;
  }

  private get repository(): Repository<E> {
    return this.uow.manager.getRepository(this.entity);
  }

  private scope(where: FindOptionsWhere<E> | undefined): FindOptionsWhere<E> {
    return { ...where, tenantId: currentTenant() } as FindOptionsWhere<E>;
  }
}
