import { Injectable } from '@nestjs/common';
import { SYSTEM_REALM } from './data-key-store.js';

export interface SealedColumn {
  readonly name: string;
  /** `index`: not sealed, but replaced by its blind index. */
  readonly kind: 'text' | 'json' | 'index';
  /** Of a jsonb column: the member whose string is sealed, instead of the whole. Its place is the column `<name>.<member>`. */
  readonly member?: string;
  /** The index that `kind: 'index'` computes; this column's own by default, under the row's realm. */
  readonly index?: { readonly table: string; readonly column: string; readonly realm?: 'system' };
  /** A column beside it that keeps its blind index. */
  readonly indexedAs?: string;
  /** SQL over `t`: which rows. */
  readonly where?: string;
  /** Its values of before are no plain text but sealed with SECRET_KEY (`LegacyBox`): where to, if not where they are. */
  readonly legacy?: LegacyBinding;
}

/** What a value of before was bound to, where that differs from today's place. */
export interface LegacyBinding {
  readonly column?: string;
  /** SQL over `t` for the row. */
  readonly row?: string;
  /** In a table of no tenant: the one that it was bound to. */
  readonly tenantId?: string;
}

/** A table with sealed columns: what the back-fill seals, and the rotation of data keys seals anew. SQL literals of ours. */
export interface SealedTable {
  readonly table: string;
  readonly columns: readonly SealedColumn[];
  /** Of no tenant: its rows are seen by the system role, and sealed with its keys (`SystemCipher`). */
  readonly realm?: 'system';
  /** The column with the row's id, a UUID; `id` by default. */
  readonly id?: string;
  /** SQL over `t` for the subject's id; without it, or where it is null, the tenant's key is used. */
  readonly subject?: string;
  /** SQL over `t` for the instant whose week's key is used. */
  readonly epoch?: string;
  /** Rows that are sealed in one unit of work; 200 by default. */
  readonly batch?: number;
}

/** Every table with sealed columns; each context names its own when it starts. */
@Injectable()
export class SealedTables {
  private readonly tables = new Map<string, SealedTable>();

  add(...tables: readonly SealedTable[]): void {
    for (const table of tables) this.tables.set(table.table, table);
  }

  all(): SealedTable[] {
    return [...this.tables.values()];
  }

  /** Those of a tenant, or of the system. */
  of(realm: string): SealedTable[] {
    return this.all().filter((table) => (table.realm === SYSTEM_REALM) === (realm === SYSTEM_REALM));
  }
}
