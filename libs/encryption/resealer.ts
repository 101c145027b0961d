import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { currentTenant, newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataKey, DataKeys, subjectKey, TENANT_KEY } from './data-keys.js';
import { readEnvelope } from './envelope.js';
import { epochKey } from './epoch-keys.js';
import { SealBroken } from './errors.js';
import { FieldCipher, sealWith } from './field-cipher.js';
import { LegacyBox } from './legacy-box.js';
import { INDEXED, type LeftToSeal, leftToSeal, unquoted } from './left-to-seal.js';
import { type SealedColumn, type SealedTable, SealedTables } from './sealed-tables.js';

type Row = { id: string; subject_id: string | null; epoch_at: Date | null } & Record<string, string | null>;

/** One value of a row that is looked at. */
interface Cell {
  readonly id: string;
  readonly stored: string;
  /** The row that a value of before was bound to. */
  readonly legacyRow: string;
  readonly key: DataKey;
  readonly anew: boolean;
}

export interface Resealed {
  readonly rows: number;
  /** Rows that do not open, as `table id`. */
  readonly broken: readonly string[];
}

/** Rows of a table that are come to no more: nothing of them can be sealed. */
type Passed = Set<string>;

/** The tenant's, without those that are passed. */
const LIVE = 't.tenant_id = $1 AND NOT (t.id = ANY ($2::uuid[]))';
const BATCH = 200;
const BUSY_MS = 25;

/**
 * Seals rows where they lie, in batches, while others read and write: what is still plain, what SECRET_KEY has sealed, or what keys
 * have sealed that were retired. What is left to do is read from the rows themselves, so it can be killed and started again. A row
 * that somebody else has locked is come back to, never waited for. One that does not open is left as it is, and told of.
 */
@Injectable()
export class Resealer {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly keys: DataKeys,
    private readonly tables: SealedTables,
    private readonly legacy: LegacyBox,
  ) {}

  /**
   * `retired`: keys whose rows are sealed anew, and with them what SECRET_KEY has sealed; with no key that alone. null: rows that
   * are not sealed with a data key at all.
   */
  async reseal(
    tenantId: string,
    retired: readonly string[] | null,
    onBatch: (table: string, rows: number) => void = () => undefined,
  ): Promise<Resealed> {
    let rows = 0;
    const broken: string[] = [];
    for (const table of this.tables.all()) {
      const left = leftToSeal(table, retired);
      if (left === null) continue;
      const passed: Passed = new Set();
      for (;;) {
        const batch = await this.inUnit(tenantId, () => this.batch(table, left, retired !== null, passed));
        rows += batch.changed;
        broken.push(...batch.broken.map((id) => `${table.table} ${id}`));
        if (batch.changed > 0) onBatch(table.table, batch.changed);
        if (batch.seen > 0) continue;
        if (!(await this.inUnit(tenantId, () => this.anyLeft(table, left, passed)))) break;
        await pause(BUSY_MS);
      }
    }
    return { rows, broken };
  }

  private inUnit<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const actor = { kind: 'system', id: 'encryption' } as const;
    return runInContext({ tenantId, actor, traceId: newId() }, () => this.uow.run(work));
  }

  private async anyLeft({ table }: SealedTable, left: LeftToSeal, passed: Passed): Promise<boolean> {
    const rows = await this.uow.query(`SELECT 1 FROM ${table} t WHERE ${LIVE} AND (${left.where}) LIMIT 1`, [
      currentTenant(),
      [...passed],
      ...left.parameters,
    ]);
    return rows.length > 0;
  }

  private async batch(
    table: SealedTable,
    left: LeftToSeal,
    anew: boolean,
    passed: Passed,
  ): Promise<{ seen: number; changed: number; broken: string[] }> {
    const columns = table.columns.flatMap(({ name, kind, where, legacy }) => [
      kind === 'json' ? `t.${name}::text AS ${name}` : `t.${name}`,
      `(${where ?? 'true'}) AS "${name}?"`,
      `(${legacy?.row ?? 't.id'})::text AS "${name}@"`,
    ]);
    const rows = await this.uow.query<Row>(
      `SELECT t.id, ${table.subject ?? 'NULL::uuid'} AS subject_id, ${table.epoch ?? 'NULL::timestamptz'} AS epoch_at,
         ${columns.join(', ')}
       FROM ${table.table} t WHERE ${LIVE} AND (${left.where}) ORDER BY t.id LIMIT ${table.batch ?? BATCH} FOR UPDATE OF t SKIP LOCKED`,
      [currentTenant(), [...passed], ...left.parameters],
    );
    const broken: string[] = [];
    let changed = 0;
    for (const row of rows) {
      const done = await this.sealRow(table, row, anew).catch((error: unknown) => {
        if (!(error instanceof SealBroken)) throw error;
        broken.push(row.id);
        return false;
      });
      if (done) changed += 1;
      else passed.add(row.id);
    }
    return { seen: rows.length, changed, broken };
  }

  private async sealRow(table: SealedTable, row: Row, anew: boolean): Promise<boolean> {
    const key = await this.keyOf(row);
    const changes: [string, string | null][] = [];
    for (const column of table.columns) {
      const { id, [column.name]: stored, [`${column.name}@`]: legacyRow } = row;
      if (stored === null || stored === undefined || !row[`${column.name}?`]) continue;
      const cell = { id, stored, legacyRow: legacyRow ?? id, key, anew };
      changes.push(...(await this.changesOf(table.table, column, cell)));
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
    cell: Cell,
  ): Promise<[string, string | null][]> {
    const { name, kind } = column;
    const place = { table, column: name, rowId: cell.id };
    if (kind === 'index') {
      if (cell.anew || INDEXED.test(cell.stored)) return [];
      return [[name, await this.cipher.blindIndex(cell.stored, column.index ?? { table, column: name })]];
    }
    const plain = await this.plainOf(table, column, cell);
    if (plain === null) return [];
    const fresh = sealWith(cell.key, currentTenant(), plain, place);
    const changes: [string, string | null][] = [[name, kind === 'json' ? JSON.stringify(fresh) : fresh]];
    if (column.indexedAs && !cell.anew)
      changes.push([column.indexedAs, await this.cipher.blindIndex(plain, { table, column: name })]);
    return changes;
  }

  /** null when there is nothing to do, or the key was destroyed. */
  private async plainOf(table: string, column: SealedColumn, cell: Cell): Promise<string | null> {
    const { name, kind, legacy } = column;
    const text = kind === 'json' ? unquoted(cell.stored) : cell.stored;
    const keyId = readEnvelope(text)?.keyId;
    if (keyId !== undefined) {
      if (!cell.anew || keyId === cell.key.id) return null;
      return this.cipher.openOrErased(text, { table, column: name, rowId: cell.id });
    }
    // Where secrets are kept nothing was ever plain: what does not open is not taken for one of before.
    if (legacy)
      return this.legacy.open(text, {
        table,
        column: legacy.column ?? name,
        tenantId: currentTenant(),
        rowId: cell.legacyRow,
      });
    return cell.anew ? null : text;
  }

  private keyOf({ subject_id, epoch_at }: Row): Promise<DataKey> {
    if (epoch_at) return this.keys.currentOf(currentTenant(), epochKey(epoch_at));
    return this.keys.currentOf(currentTenant(), subject_id ? subjectKey(subject_id) : TENANT_KEY);
  }
}
