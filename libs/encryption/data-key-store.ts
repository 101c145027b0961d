import { Injectable } from '@nestjs/common';
import { isId } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';

/** The realm of keys that belong to no tenant. */
export const SYSTEM_REALM = 'system';

export interface DataKeyRow {
  readonly id: string;
  readonly scope: string;
  /** null when the key was destroyed. */
  readonly wrappedKey: string | null;
  readonly kekId: string;
}

export interface NewDataKey extends DataKeyRow {
  readonly subjectId: string | null;
  readonly createdAt: Date;
}

const COLUMNS = `id, scope, wrapped_key AS "wrappedKey", kek_id AS "kekId"`;

/** Wrapped data keys. Those of a tenant are read in its unit of work, those of the system through functions. */
@Injectable()
export class DataKeyStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
  ) {}

  async findCurrent(realm: string, scope: string): Promise<DataKeyRow | null> {
    if (realm === SYSTEM_REALM) return (await this.call('system_key_current', [scope]))[0] ?? null;
    const [row] = await this.uow.query<DataKeyRow>(
      `SELECT ${COLUMNS} FROM data_key
       WHERE tenant_id = $1 AND scope = $2 AND retired_at IS NULL AND destroyed_at IS NULL`,
      [realm, scope],
    );
    return row ?? null;
  }

  findByIds(realm: string, ids: readonly string[]): Promise<DataKeyRow[]> {
    const known = ids.filter(isId);
    if (known.length === 0) return Promise.resolve([]);
    if (realm === SYSTEM_REALM) return this.call('system_keys_by_id', [known]);
    return this.uow.query<DataKeyRow>(
      `SELECT ${COLUMNS} FROM data_key WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`,
      [realm, known],
    );
  }

  /** False when the scope has a key already. Waits for another transaction that is making one. */
  async insert(realm: string, key: NewDataKey): Promise<boolean> {
    const { id, scope, wrappedKey, kekId, subjectId, createdAt } = key;
    if (realm === SYSTEM_REALM)
      return (await this.call('system_key_put', [id, scope, wrappedKey, kekId, createdAt])).length > 0;
    const inserted = await this.uow.query(
      `INSERT INTO data_key (tenant_id, id, scope, subject_id, wrapped_key, kek_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, scope) WHERE retired_at IS NULL AND destroyed_at IS NULL DO NOTHING RETURNING 1`,
      [realm, id, scope, subjectId, wrappedKey, kekId, createdAt],
    );
    return inserted.length > 0;
  }

  /** Forgets the key material for good and leaves a row that says so. Answers the ids. */
  destroy(tenantId: string, where: { subjectId: string } | { scope: string }, at: Date): Promise<string[]> {
    const [column, value] = 'scope' in where ? ['scope', where.scope] : ['subject_id', where.subjectId];
    return this.uow
      .query<{ id: string }>(
        `UPDATE data_key SET wrapped_key = NULL, destroyed_at = $3
         WHERE tenant_id = $1 AND ${column} = $2 AND destroyed_at IS NULL RETURNING id`,
        [tenantId, value, at],
      )
      .then((rows) => rows.map(({ id }) => id));
  }

  private call(name: string, args: readonly unknown[]): Promise<DataKeyRow[]> {
    const marks = args.map((_, index) => `$${index + 1}`).join(', ');
    return this.uow.active
      ? this.uow.query<DataKeyRow>(`SELECT * FROM ${name}(${marks})`, [...args])
      : this.system.call<DataKeyRow>(name, args);
  }
}
