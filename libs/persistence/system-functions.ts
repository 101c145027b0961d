import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/**
 * Calls one SECURITY DEFINER function in one round trip, outside of any unit of work: for what precedes a tenant
 * (webhook routing, login) or spans tenants (the relay). Each function is narrow and made by a migration.
 */
@Injectable()
export class SystemFunctions {
  constructor(private readonly dataSource: DataSource) {}

  /** `name` is a literal in our code, never input; arguments are bound. */
  call<R = Record<string, unknown>>(name: string, args: readonly unknown[] = []): Promise<R[]> {
    const placeholders = args.map((_, index) => `$${index + 1}`).join(', ');
    return this.dataSource.query(`SELECT * FROM ${name}(${placeholders})`, [...args]);
  }
}
