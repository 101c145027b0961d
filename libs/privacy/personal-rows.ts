import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { PruneOrder } from './personal-data-store.js';

/** Rows of one tenant table (alias `x`). `where` begins to count its parameters at $2; $1 is the tenant. */
export interface RowSet {
  readonly table: string;
  readonly where: string;
  readonly parameters: readonly unknown[];
}

type Others = 'wait' | 'skip';

const PAGE = 200;

/** What stores of personal data do with rows: read them page by page, delete or change a bounded number, count. */
@Injectable()
export class PersonalRows {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  /**
   * In the order of their ids, with what is sealed opened (null where its key is gone). `columns` must answer `id`; a member is
   * named as its column, in camel case.
   */
  async *read<R extends { id: string }>(rows: RowSet, columns: string): AsyncGenerator<R> {
    let after: string | null = null;
    for (;;) {
      const page: R[] = await this.uow.query<R>(
        `SELECT ${columns} FROM ${rows.table} x WHERE ${of(rows)} AND ($${next(rows)}::uuid IS NULL OR x.id > $${next(rows)})
         ORDER BY x.id LIMIT ${PAGE}`,
        [currentTenant(), ...rows.parameters, after],
      );
      yield* await this.cipher.openRows(rows.table, page, membersOf(page));
      if (page.length < PAGE) return;
      after = page.at(-1)?.id ?? null;
    }
  }

  /** Deletes at most `limit` rows. `others`: what to do about rows that another transaction has locked. */
  delete(rows: RowSet, limit: number, others: Others = 'wait'): Promise<number> {
    return this.uow.execute(`DELETE FROM ${rows.table} x WHERE ${of(rows)} AND ${this.batch(rows, others)}`, [
      ...this.bound(rows),
      limit,
    ]);
  }

  /** Changes at most `limit` rows. `where` must not hold for what is changed already. */
  change(rows: RowSet, set: string, limit: number, others: Others = 'wait'): Promise<number> {
    return this.uow.execute(
      `UPDATE ${rows.table} x SET ${set} WHERE ${of(rows)} AND ${this.batch(rows, others)}`,
      [...this.bound(rows), limit],
    );
  }

  /** Prunes as ordered: deletes, or with `set` changes, a batch, and passes over what is locked; or only counts. */
  prune(rows: RowSet, order: Pick<PruneOrder, 'dryRun' | 'limit'>, set?: string): Promise<number> {
    if (order.dryRun) return this.count(rows);
    return set === undefined
      ? this.delete(rows, order.limit, 'skip')
      : this.change(rows, set, order.limit, 'skip');
  }

  async count(rows: RowSet): Promise<number> {
    const [row] = await this.uow.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${rows.table} x WHERE ${of(rows)}`,
      this.bound(rows),
    );
    return row?.n ?? 0;
  }

  /** The least value of `column`; null without rows. */
  async oldest(rows: RowSet, column: string): Promise<Date | null> {
    const [row] = await this.uow.query<{ at: Date | null }>(
      `SELECT min(${column}) AS at FROM ${rows.table} x WHERE ${of(rows)}`,
      this.bound(rows),
    );
    return row?.at ?? null;
  }

  private bound(rows: RowSet): unknown[] {
    return [currentTenant(), ...rows.parameters];
  }

  private batch(rows: RowSet, others: Others): string {
    const locking = others === 'skip' ? 'SKIP LOCKED' : '';
    // An array is read once. A joined subquery may be read again for each row, where it passes over what has gone and finds further rows.
    return `x.id = ANY (ARRAY(SELECT x.id FROM ${rows.table} x WHERE ${of(rows)} ORDER BY x.id LIMIT $${next(rows)} FOR UPDATE OF x ${locking}))`;
  }
}

/** Columns that keep a sealed value as a JSON string. */
const JSON_COLUMNS: ReadonlySet<string> = new Set([
  'arguments',
  'error',
  'parts',
  'payload',
  'response',
  'result',
  'transcript',
]);

const columnOf = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const membersOf = <R extends object>(rows: readonly R[]) =>
  Object.fromEntries(
    Object.keys(rows[0] ?? {}).map((member) => {
      const column = columnOf(member);
      return [member, JSON_COLUMNS.has(column) ? { column, json: true as const } : { column }];
    }),
  ) as { readonly [M in keyof R]?: { readonly column: string; readonly json?: true } };

const of = (rows: RowSet): string => `x.tenant_id = $1 AND (${rows.where})`;
const next = (rows: RowSet): number => rows.parameters.length + 2;
