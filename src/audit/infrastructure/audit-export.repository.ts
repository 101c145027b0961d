import { Injectable } from '@nestjs/common';
import type { ExportFormat, SignedManifest } from '#libs/audit';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface AuditExport {
  readonly id: string;
  readonly format: ExportFormat;
  readonly filter: Readonly<Record<string, string>>;
  readonly status: 'pending' | 'ready' | 'failed';
  readonly entries: number | null;
  readonly manifest: SignedManifest | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly expiresAt: Date | null;
}

const COLUMNS = `id, format, filter, status, entries, manifest, created_at AS "createdAt", finished_at AS "finishedAt",
  expires_at AS "expiresAt"`;

@Injectable()
export class AuditExportRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async insert(
    asked: Pick<AuditExport, 'id' | 'format' | 'filter' | 'createdAt'> & { by: string },
  ): Promise<AuditExport> {
    const [row] = await this.uow.query<AuditExport>(
      `INSERT INTO audit_export (tenant_id, id, format, filter, status, requested_by, created_at)
       VALUES ($1, $2, $3, $4, 'pending', $5, $6) RETURNING ${COLUMNS}`,
      [currentTenant(), asked.id, asked.format, JSON.stringify(asked.filter), asked.by, asked.createdAt],
    );
    if (!row) throw new Error('an export was not kept');
    return row;
  }

  async find(id: string): Promise<AuditExport | null> {
    const [row] = await this.uow.query<AuditExport>(
      `SELECT ${COLUMNS} FROM audit_export WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  async finish(
    id: string,
    result: { entries: number; manifest: SignedManifest; finishedAt: Date; expiresAt: Date },
  ): Promise<void> {
    await this.uow.write(
      `UPDATE audit_export SET status = 'ready', entries = $3, manifest = $4, finished_at = $5, expires_at = $6
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        id,
        result.entries,
        JSON.stringify(result.manifest),
        result.finishedAt,
        result.expiresAt,
      ],
    );
  }

  async fail(id: string, at: Date): Promise<void> {
    await this.uow.write(
      `UPDATE audit_export SET status = 'failed', finished_at = $3 WHERE tenant_id = $1 AND id = $2 AND status = 'pending'`,
      [currentTenant(), id, at],
    );
  }

  /** Before it is made anew by another try. */
  async dropChunks(id: string): Promise<void> {
    await this.uow.write('DELETE FROM audit_export_chunk WHERE tenant_id = $1 AND export_id = $2', [
      currentTenant(),
      id,
    ]);
  }

  async addChunk(exportId: string, file: string, number: number, content: Buffer): Promise<void> {
    await this.uow.write(
      `INSERT INTO audit_export_chunk (tenant_id, id, export_id, file, number, content) VALUES ($1, $2, $3, $4, $5, $6)`,
      [currentTenant(), newId(), exportId, file, number, content],
    );
  }

  async chunk(exportId: string, file: string, number: number): Promise<Buffer | null> {
    const [row] = await this.uow.query<{ content: Buffer }>(
      'SELECT content FROM audit_export_chunk WHERE tenant_id = $1 AND export_id = $2 AND file = $3 AND number = $4',
      [currentTenant(), exportId, file, number],
    );
    return row?.content ?? null;
  }

  /** Deletes those whose time is over, files and all. */
  async deleteExpired(now: Date): Promise<void> {
    await this.uow.write('DELETE FROM audit_export WHERE tenant_id = $1 AND expires_at < $2', [
      currentTenant(),
      now,
    ]);
  }
}
