import { Injectable } from '@nestjs/common';
import { currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface ImportError {
  readonly column: string;
  readonly detail: string;
}

export interface ImportRow {
  readonly line: number;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'refused';
  readonly counterpartyId: string | null;
  readonly errors: readonly ImportError[];
}

export interface CounterpartyImport {
  readonly id: string;
  readonly fileName: string;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly createdAt: Date;
}

const COLUMNS = `id, file_name AS "fileName", rows, created, updated, unchanged, refused, created_at AS "createdAt"`;

@Injectable()
export class ImportRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async insert(made: CounterpartyImport, sha256: string, rows: readonly ImportRow[]): Promise<void> {
    await this.uow.execute(
      `INSERT INTO counterparty_import (tenant_id, id, file_name, sha256, rows, created, updated, unchanged, refused, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        currentTenant(),
        made.id,
        made.fileName,
        sha256,
        made.rows,
        made.created,
        made.updated,
        made.unchanged,
        made.refused,
        made.createdAt,
      ],
    );
    await this.uow.execute(
      `INSERT INTO counterparty_import_row (tenant_id, id, import_id, line, outcome, counterparty_id, errors)
       SELECT $1, r.id, $2, r.line, r.outcome, r."counterpartyId", r.errors
       FROM jsonb_to_recordset($3::jsonb) AS r(id uuid, line int, outcome text, "counterpartyId" uuid, errors jsonb)`,
      [currentTenant(), made.id, JSON.stringify(rows.map((row) => ({ id: newId(), ...row })))],
    );
  }

  /** Error: `import.not_found`. */
  async get(id: string): Promise<CounterpartyImport> {
    const [row] = await this.uow.query<CounterpartyImport>(
      `SELECT ${COLUMNS} FROM counterparty_import WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('import', id);
    return row;
  }

  /** By line; one more than `limit` when there is one. */
  rows(
    id: string,
    { limit, afterLine, outcome }: { limit: number; afterLine?: number; outcome?: string },
  ): Promise<ImportRow[]> {
    return this.uow.query<ImportRow>(
      `SELECT line, outcome, counterparty_id AS "counterpartyId", errors FROM counterparty_import_row
       WHERE tenant_id = $1 AND import_id = $2 AND ($3::int IS NULL OR line > $3) AND ($4::text IS NULL OR outcome = $4)
       ORDER BY line LIMIT $5`,
      [currentTenant(), id, afterLine ?? null, outcome ?? null, limit + 1],
    );
  }
}
