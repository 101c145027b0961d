import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { currentTenant, newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataKey, DataKeys, subjectKey, TENANT_KEY } from './data-keys.js';
import { SEALED_PREFIX } from './envelope.js';
import { epochKey } from './epoch-keys.js';
import { FieldCipher, sealWith } from './field-cipher.js';
import { type SealedColumn, type SealedTable, SealedTables } from './sealed-tables.js';

type Row = { id: string; subject_id: string | null; epoch_at: Date | null } & Record<string, string | null>;

const BATCH = 200;
const BUSY_MS = 25;

/**
 * Seals rows where they lie, in batches, while others read and write: what is still plain, or what keys have sealed that were
 * retired. What is left to do is read from the rows themselves, so it can be killed and started again. A row that somebody
 * else has locked is come back to, never waited for.
 */
@Injectable()
export class Resealer {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly keys: DataKeys,
    private readonly tables: SealedTables,
  ) {}

  /** `retired`: keys whose rows are sealed anew; null: rows that are not sealed at all. Answers how many rows. */
  async reseal(
    tenantId: string,
    retired: readonly string[] | null,
    onBatch: (table: string, rows: number) => void = () => undefined,
  ): Promise<number> {
    let total = 0;
    for (const table of this.tables.all())
      for (;;) {
        const done = await this.inUnit(tenantId, () => this.batch(table, retired));
        total += done;
        if (done > 0) onBatch(table.table, done);
        else if (await this.inUnit(tenantId, () => this.left(table, retired))) await pause(BUSY_MS);
        else break;
      }
    return total;
  }

  private inUnit<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const actor = { kind: 'system', id: 'encryption' } as const;
    return runInContext({ tenantId, actor, traceId: newId() }, () => this.uow.run(work));
  }

  private async left(table: SealedTable, retired: readonly string[] | null): Promise<boolean> {
    const { where, parameters } = conditionOf(table, retired);
    const rows = await this.uow.query(
      `SELECT 1 FROM ${table.table} t WHERE t.tenant_id = $1 AND (${where}) LIMIT 1`,
      [currentTenant(), ...parameters],
    );
    return rows.length > 0;
  }

  private async batch(table: SealedTable, retired: readonly string[] | null): Promise<number> {
    const { where, parameters } = conditionOf(table, retired);
    const columns = table.columns.map(({ name, kind }) =>
      kind === 'json' ? `t.${name}::text AS ${name}` : `t.${name}`,
    );
    const rows = await this.uow.query<Row>(
      `SELECT t.id, ${table.subject ?? 'NULL::uuid'} AS subject_id, ${table.epoch ?? 'NULL::timestamptz'} AS epoch_at,
         ${columns.join(', ')}, ${table.columns.map((c) => `(${c.where ?? 'true'}) AS "${c.name}?"`).join(', ')}
       FROM ${table.table} t WHERE t.tenant_id = $1 AND (${where}) ORDER BY t.id LIMIT ${BATCH} FOR UPDATE OF t SKIP LOCKED`,
      [currentTenant(), ...parameters],
    );
    let changed = 0;
    for (const row of rows) if (await this.sealRow(table, row, retired !== null)) changed += 1;
    if (rows.length > 0 && changed === 0)
      throw new Error(`${table.table}: a row that cannot be sealed, such as ${rows[0]?.id}`);
    return changed;
  }

  private async sealRow(table: SealedTable, row: Row, anew: boolean): Promise<boolean> {
    const key = await this.keyOf(row);
    const changes: [string, string | null][] = [];
    for (const column of table.columns) {
      const stored = row[column.name];
      if (stored === null || stored === undefined || !row[`${column.name}?`]) continue;
      changes.push(...(await this.changesOf(table.table, column, { id: row.id, stored, key, anew })));
    }
    if (changes.length === 0) return false;
    await this.uow.write(
      `UPDATE ${table.table} SET ${changes.map(([name], i) => `${name} = $${i + 3}`).join(', ')}
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), row.id, ...changes.map(([, value]) => value)],
    );
    return true;
  }

  private async changesOf(
    table: string,
    column: SealedColumn,
    { id, stored, key, anew }: { id: string; stored: string; key: DataKey; anew: boolean },
  ): Promise<[string, string | null][]> {
    const { name, kind } = column;
    const place = { table, column: name, rowId: id };
    if (kind === 'index') {
      if (anew || INDEXED.test(stored)) return [];
      return [[name, await this.cipher.blindIndex(stored, column.index ?? { table, column: name })]];
    }
    const text = kind === 'json' ? unquoted(stored) : stored;
    const sealed = this.cipher.isSealed(text);
    if (sealed !== anew) return [];
    const plain = sealed
      ? await this.cipher.openOrErased(text, place)
      : (column.legacy?.(text, currentTenant(), id) ?? text);
    if (plain === null) return [];
    const fresh = sealWith(key, currentTenant(), plain, place);
    const changes: [string, string | null][] = [[name, kind === 'json' ? JSON.stringify(fresh) : fresh]];
    if (column.indexedAs && !anew)
      changes.push([column.indexedAs, await this.cipher.blindIndex(plain, { table, column: name })]);
    return changes;
  }

  private keyOf({ subject_id, epoch_at }: Row): Promise<DataKey> {
    if (epoch_at) return this.keys.currentOf(currentTenant(), epochKey(epoch_at));
    return this.keys.currentOf(currentTenant(), subject_id ? subjectKey(subject_id) : TENANT_KEY);
  }
}

const INDEXED = /^[\w-]{43}$/;

/** A JSON string that is a sealed text, without its quotes; any other JSON as it is. */
const unquoted = (json: string): string =>
  json.startsWith(`"${SEALED_PREFIX}`) ? (JSON.parse(json) as string) : json;

const conditionOf = (
  { columns }: SealedTable,
  retired: readonly string[] | null,
): { where: string; parameters: unknown[] } => {
  if (retired) {
    const named = columns
      .filter(({ kind }) => kind !== 'index')
      .map(({ name, kind }) => `substr(t.${name}::text, ${kind === 'json' ? 6 : 5}, 22) = ANY ($2::text[])`);
    return named.length > 0
      ? { where: named.join(' OR '), parameters: [retired] }
      : { where: 'false', parameters: [] };
  }
  const open = columns.map(({ name, kind, where }) => {
    const plain =
      kind === 'index'
        ? `t.${name} !~ '^[A-Za-z0-9_-]{43}$'`
        : `t.${name}::text NOT LIKE '${kind === 'json' ? '"' : ''}${SEALED_PREFIX}%'`;
    return `(t.${name} IS NOT NULL AND ${plain} AND (${where ?? 'true'}))`;
  });
  return { where: open.join(' OR '), parameters: [] };
};
