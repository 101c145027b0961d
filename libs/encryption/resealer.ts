import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { SYSTEM_REALM } from './data-key-store.js';
import { type DataKey, DataKeys, INDEX_KEY, subjectKey, TENANT_KEY } from './data-keys.js';
import { readEnvelope } from './envelope.js';
import { epochKey } from './epoch-keys.js';
import { DataKeyDestroyed, SealBroken } from './errors.js';
import { indexWith, openWith, sealWith } from './field-cipher.js';
import { columnOf, INDEXED, type LeftToSeal, leftToSeal, storedIn, unquoted } from './left-to-seal.js';
import { LegacyBox } from './legacy-box.js';
import { type SealedColumn, type SealedTable, SealedTables } from './sealed-tables.js';

type Row = { id: string; subject_id: string | null; epoch_at: Date | null } & Record<string, string | null>;

/** One value of a row that is looked at. */
interface Cell {
  readonly realm: string;
  readonly id: string;
  readonly stored: string;
  /** The row that a value of before was bound to. */
  readonly legacyRow: string;
  readonly key: DataKey;
  readonly anew: boolean;
}

export interface Resealed {
  readonly rows: number;
  readonly byTable: Readonly<Record<string, number>>;
  /** Rows that do not open, as `table id`. */
  readonly broken: readonly string[];
}

/** Rows of a table that are come to no more: nothing of them can be sealed. */
type Passed = Set<string>;

/** The realm's ($1), without those that are passed ($2). */
const liveIn = ({ realm, id = 'id' }: SealedTable): string =>
  `${realm === SYSTEM_REALM ? '$1::text IS NOT NULL' : 't.tenant_id = $1'} AND NOT (t.${id} = ANY ($2::uuid[]))`;
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
    private readonly keys: DataKeys,
    private readonly tables: SealedTables,
    private readonly legacy: LegacyBox,
  ) {}

  /**
   * `retired`: keys whose rows are sealed anew, and with them what SECRET_KEY has sealed; with no key that alone. null: rows that
   * are not sealed with a data key at all.
   */
  async reseal(
    realm: string,
    retired: readonly string[] | null,
    onBatch: (table: string, rows: number) => void = () => undefined,
  ): Promise<Resealed> {
    const byTable: Record<string, number> = {};
    const broken: string[] = [];
    for (const table of this.tables.of(realm)) {
      const left = leftToSeal(table, retired);
      if (left === null) continue;
      const passed: Passed = new Set();
      for (;;) {
        const batch = await this.inUnit(realm, () =>
          this.batch(realm, table, { left, anew: retired !== null, passed }),
        );
        broken.push(...batch.broken.map((id) => `${table.table} ${id}`));
        if (batch.changed > 0) {
          byTable[table.table] = (byTable[table.table] ?? 0) + batch.changed;
          onBatch(table.table, batch.changed);
        }
        if (batch.seen > 0) continue;
        if (!(await this.inUnit(realm, () => this.anyLeft(realm, table, { left, passed })))) break;
        await pause(BUSY_MS);
      }
    }
    return { rows: Object.values(byTable).reduce((sum, n) => sum + n, 0), byTable, broken };
  }

  private inUnit<T>(realm: string, work: () => Promise<T>): Promise<T> {
    if (realm === SYSTEM_REALM) return this.uow.runAsSystem(work);
    const actor = { kind: 'system', id: 'encryption' } as const;
    return runInContext({ tenantId: realm, actor, traceId: newId() }, () => this.uow.run(work));
  }

  private async anyLeft(
    realm: string,
    table: SealedTable,
    { left, passed }: { left: LeftToSeal; passed: Passed },
  ): Promise<boolean> {
    const rows = await this.uow.query(
      `SELECT 1 FROM ${table.table} t WHERE ${liveIn(table)} AND (${left.where}) LIMIT 1`,
      [realm, [...passed], ...left.parameters],
    );
    return rows.length > 0;
  }

  private async batch(
    realm: string,
    table: SealedTable,
    { left, anew, passed }: { left: LeftToSeal; anew: boolean; passed: Passed },
  ): Promise<{ seen: number; changed: number; broken: string[] }> {
    const { id = 'id', subject, epoch, batch = BATCH } = table;
    const columns = table.columns.flatMap((column) => [
      `${storedIn(column)} AS "${columnOf(column)}"`,
      `(${column.where ?? 'true'}) AS "${columnOf(column)}?"`,
      `(${column.legacy?.row ?? `t.${id}`})::text AS "${columnOf(column)}@"`,
    ]);
    const rows = await this.uow.query<Row>(
      `SELECT t.${id} AS id, ${subject ?? 'NULL::uuid'} AS subject_id, ${epoch ?? 'NULL::timestamptz'} AS epoch_at,
         ${columns.join(', ')}
       FROM ${table.table} t WHERE ${liveIn(table)} AND (${left.where}) ORDER BY t.${id} LIMIT ${batch}
       FOR UPDATE OF t SKIP LOCKED`,
      [realm, [...passed], ...left.parameters],
    );
    const broken: string[] = [];
    let changed = 0;
    for (const row of rows) {
      const done = await this.sealRow(realm, table, row, anew).catch((error: unknown) => {
        if (!(error instanceof SealBroken)) throw error;
        broken.push(row.id);
        return false;
      });
      if (done) changed += 1;
      else passed.add(row.id);
    }
    return { seen: rows.length, changed, broken };
  }

  private async sealRow(realm: string, table: SealedTable, row: Row, anew: boolean): Promise<boolean> {
    const key = await this.keyOf(realm, row);
    const changes: [string, string | null][] = [];
    for (const column of table.columns) {
      const name = columnOf(column);
      const { id, [name]: stored, [`${name}@`]: legacyRow } = row;
      if (stored === null || stored === undefined || !row[`${name}?`]) continue;
      const cell = { realm, id, stored, legacyRow: legacyRow ?? id, key, anew };
      changes.push(...(await this.changesOf(table.table, column, cell)));
    }
    if (changes.length === 0) return false;
    const mine = table.realm === SYSTEM_REALM ? '$1::text IS NOT NULL' : 'tenant_id = $1';
    await this.uow.write(
      `UPDATE ${table.table} SET ${changes.map(([target], i) => target.replace('?', `$${i + 3}`)).join(', ')}
       WHERE ${mine} AND ${table.id ?? 'id'} = $2`,
      [realm, row.id, ...changes.map(([, value]) => value)],
    );
    return true;
  }

  /** What is to be set, with a `?` for the value, and the value. */
  private async changesOf(
    table: string,
    column: SealedColumn,
    cell: Cell,
  ): Promise<[string, string | null][]> {
    const { name, kind, member } = column;
    if (kind === 'index') {
      if (cell.anew || INDEXED.test(cell.stored)) return [];
      const index = column.index ?? { table, column: name };
      return [[`${name} = ?`, await this.blindIndex(index.realm ?? cell.realm, cell.stored, index)]];
    }
    const plain = await this.plainOf(table, column, cell);
    if (plain === null) return [];
    const place = { table, column: columnOf(column), rowId: cell.id };
    const fresh = sealWith(cell.key, cell.realm, plain, place);
    if (member !== undefined)
      return [[`${name} = jsonb_set(${name}, '{${member}}', to_jsonb(?::text))`, fresh]];
    const changes: [string, string | null][] = [
      [`${name} = ?`, kind === 'json' ? JSON.stringify(fresh) : fresh],
    ];
    if (column.indexedAs && !cell.anew)
      changes.push([
        `${column.indexedAs} = ?`,
        await this.blindIndex(cell.realm, plain, { table, column: name }),
      ]);
    return changes;
  }

  private async blindIndex(
    realm: string,
    value: string,
    { table, column }: { table: string; column: string },
  ): Promise<string> {
    return indexWith(await this.keys.currentOf(realm, INDEX_KEY), realm, value, { table, column });
  }

  /** null when there is nothing to do, or the key was destroyed. */
  private async plainOf(table: string, column: SealedColumn, cell: Cell): Promise<string | null> {
    const { name, kind, legacy } = column;
    const text = kind === 'json' ? unquoted(cell.stored) : cell.stored;
    const envelope = readEnvelope(text);
    if (envelope) {
      const { keyId, sealed } = envelope;
      if (!cell.anew || keyId === cell.key.id) return null;
      const place = { table, column: columnOf(column), rowId: cell.id };
      const key = (await this.keys.byIds(cell.realm, [keyId])).get(keyId);
      if (!key) throw new SealBroken(place);
      return key instanceof DataKeyDestroyed ? null : openWith(key, cell.realm, sealed, place);
    }
    // Where secrets are kept nothing was ever plain: what does not open is not taken for one of before.
    if (legacy)
      return this.legacy.open(text, {
        table,
        column: legacy.column ?? name,
        tenantId: legacy.tenantId ?? cell.realm,
        rowId: cell.legacyRow,
      });
    return cell.anew ? null : text;
  }

  private keyOf(realm: string, { subject_id, epoch_at }: Row): Promise<DataKey> {
    if (epoch_at) return this.keys.currentOf(realm, epochKey(epoch_at));
    return this.keys.currentOf(realm, subject_id ? subjectKey(subject_id) : TENANT_KEY);
  }
}
