import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { PermissionName } from '#libs/security';
import type { KeyState } from '../../domain/api-key.js';

export interface ApiKeyView extends KeyState {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: PermissionName[];
  readonly allowedNetworks: string[];
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
}

const VIEW = `id, name, prefix, scopes, allowed_networks AS "allowedNetworks", created_by AS "createdBy", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", rotated_to AS "rotatedTo", good_until AS "goodUntil",
  last_used_at AS "lastUsedAt", last_used_address AS "lastUsedAddress"`;

/** API keys of the tenant of the context; of a secret only its hash. */
@Injectable()
export class ApiKeyRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async insert(
    key: Pick<
      ApiKeyView,
      'id' | 'name' | 'prefix' | 'scopes' | 'allowedNetworks' | 'createdBy' | 'createdAt' | 'expiresAt'
    >,
    secretHash: string,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO api_key (tenant_id, id, name, prefix, secret_hash, scopes, allowed_networks, created_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        currentTenant(),
        key.id,
        key.name,
        key.prefix,
        secretHash,
        key.scopes,
        key.allowedNetworks,
        key.createdBy,
        key.createdAt,
        key.expiresAt,
      ],
    );
  }

  async find(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<ApiKeyView | null> {
    const [row] = await this.uow.query<ApiKeyView>(
      `SELECT ${VIEW} FROM api_key WHERE tenant_id = $1 AND id = $2 ${locking}`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  async findByHash(secretHash: string): Promise<ApiKeyView | null> {
    const [row] = await this.uow.query<ApiKeyView>(
      `SELECT ${VIEW} FROM api_key WHERE tenant_id = $1 AND secret_hash = $2`,
      [currentTenant(), secretHash],
    );
    return row ?? null;
  }

  list(page: { limit: number; startingAfter?: string }): Promise<ApiKeyView[]> {
    return this.uow.query<ApiKeyView>(
      `SELECT ${VIEW} FROM api_key WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  async replace(id: string, by: string, goodUntil: Date | null): Promise<void> {
    await this.uow.execute(
      'UPDATE api_key SET rotated_to = $3, good_until = $4 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, by, goodUntil],
    );
  }

  async revoke(id: string, at: Date): Promise<void> {
    await this.uow.execute(
      'UPDATE api_key SET revoked_at = coalesce(revoked_at, $3) WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, at],
    );
  }

  async touch(id: string, at: Date, address: string): Promise<void> {
    await this.uow.execute(
      'UPDATE api_key SET last_used_at = $3, last_used_address = $4 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, at, address],
    );
  }
}
