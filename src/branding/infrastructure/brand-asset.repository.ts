import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ImageFacts, ImageType } from '../domain/brand-image.js';
import type { AssetKind } from '../domain/branding.js';

export interface AssetFacts extends ImageFacts {
  readonly kind: AssetKind;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The pictures of the tenant of the context. */
@Injectable()
export class BrandAssetRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  list(): Promise<AssetFacts[]> {
    return this.uow.query<AssetFacts>(
      `SELECT kind, content_type AS "contentType", sha256, width, height, octet_length(bytes) AS bytes
       FROM brand_asset WHERE tenant_id = $1`,
      [currentTenant()],
    );
  }

  /** In place of the one of its kind. */
  async put(kind: AssetKind, bytes: Buffer, { contentType, width, height }: ImageFacts): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.uow.execute(
      `INSERT INTO brand_asset (tenant_id, id, kind, content_type, bytes, sha256, width, height, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, kind) DO UPDATE SET content_type = excluded.content_type, bytes = excluded.bytes,
         sha256 = excluded.sha256, width = excluded.width, height = excluded.height, created_at = excluded.created_at`,
      [currentTenant(), newId(), kind, contentType, bytes, sha256, width, height, this.clock.now()],
    );
  }

  /** False when there was none. */
  async remove(kind: AssetKind): Promise<boolean> {
    const removed = await this.uow.execute('DELETE FROM brand_asset WHERE tenant_id = $1 AND kind = $2', [
      currentTenant(),
      kind,
    ]);
    return removed === 1;
  }

  async bytes(sha256: string): Promise<{ contentType: ImageType; bytes: Buffer } | null> {
    const [row] = await this.uow.query<{ contentType: ImageType; bytes: Buffer }>(
      'SELECT content_type AS "contentType", bytes FROM brand_asset WHERE tenant_id = $1 AND sha256 = $2 LIMIT 1',
      [currentTenant(), sha256],
    );
    return row ?? null;
  }
}
