import { Injectable } from '@nestjs/common';
import { Clock, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataScopeName, isPermission, type PermissionName } from '#libs/security';

/** A role of a business: one of the four that every business has, or one of its own. */
export interface RoleView {
  /** The name of a built-in role; the UUID of another. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly builtIn: boolean;
  readonly permissions: PermissionName[];
  readonly dataScope: DataScopeName;
  /** How many members have it. */
  readonly members: number;
  /** 0 of a built-in role, which never changes. */
  readonly version: number;
}

export type RoleDraft = Pick<RoleView, 'name' | 'description' | 'permissions' | 'dataScope'>;

interface Row extends Omit<RoleView, 'builtIn' | 'permissions'> {
  permissions: string[];
}

const SELECT = `SELECT r.id, r.name, r.description, r.permissions, r.data_scope AS "dataScope", r.version,
    (SELECT count(*)::int FROM membership m WHERE m.tenant_id = r.tenant_id AND m.role_id = r.id) AS members
  FROM role r WHERE r.tenant_id = $1`;

/** The roles that the business of the context has made. */
@Injectable()
export class RoleRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** By name. */
  async list(): Promise<RoleView[]> {
    const rows = await this.uow.query<Row>(`${SELECT} ORDER BY lower(r.name)`, [currentTenant()]);
    return rows.map(viewOf);
  }

  /** `FOR KEY SHARE`: nobody deletes it before this unit of work ends. */
  async find(id: string, locking: '' | 'FOR UPDATE' | 'FOR KEY SHARE' = ''): Promise<RoleView | null> {
    const [row] = await this.uow.query<Row>(`${SELECT} AND r.id = $2 ${locking && `${locking} OF r`}`, [
      currentTenant(),
      id,
    ]);
    return row ? viewOf(row) : null;
  }

  /** How many members have each of the built-in roles. */
  async builtInMembers(): Promise<Map<string, number>> {
    const rows = await this.uow.query<{ role: string; members: number }>(
      'SELECT role, count(*)::int AS members FROM membership WHERE tenant_id = $1 AND role_id IS NULL GROUP BY role',
      [currentTenant()],
    );
    return new Map(rows.map(({ role, members }) => [role, members]));
  }

  /** False when the name is taken. */
  async insert(id: string, draft: RoleDraft): Promise<boolean> {
    const inserted = await this.uow.execute(
      `INSERT INTO role (tenant_id, id, name, description, permissions, data_scope, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING`,
      this.written(id, draft),
    );
    return inserted === 1;
  }

  /** Writes a locked role; false when another one has the name. */
  async save(id: string, draft: RoleDraft): Promise<boolean> {
    const saved = await this.uow.execute(
      `UPDATE role SET name = $3, description = $4, permissions = $5, data_scope = $6, version = version + 1, updated_at = $7
       WHERE tenant_id = $1 AND id = $2
         AND NOT EXISTS (SELECT FROM role o WHERE o.tenant_id = $1 AND lower(o.name) = lower($3) AND o.id <> $2)`,
      this.written(id, draft),
    );
    return saved === 1;
  }

  /** Whether a member has the locked role, or an open invitation offers it. */
  async isInUse(id: string): Promise<boolean> {
    const [row] = await this.uow.query<{ used: boolean }>(
      `SELECT EXISTS (SELECT FROM membership WHERE tenant_id = $1 AND role_id = $2)
         OR EXISTS (SELECT FROM invitation WHERE tenant_id = $1 AND role = $2::text
              AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3) AS used`,
      [currentTenant(), id, this.clock.now()],
    );
    return row?.used === true;
  }

  async remove(id: string): Promise<void> {
    await this.uow.execute('DELETE FROM role WHERE tenant_id = $1 AND id = $2', [currentTenant(), id]);
  }

  /** The ids of those that grant a permission. */
  async withPermission(permission: PermissionName): Promise<string[]> {
    const rows = await this.uow.query<{ id: string }>(
      'SELECT id FROM role WHERE tenant_id = $1 AND permissions @> ARRAY[$2]',
      [currentTenant(), permission],
    );
    return rows.map(({ id }) => id);
  }

  private written(id: string, { name, description, permissions, dataScope }: RoleDraft): unknown[] {
    return [currentTenant(), id, name, description, permissions, dataScope, this.clock.now()];
  }
}

const viewOf = ({ permissions, ...row }: Row): RoleView => ({
  ...row,
  builtIn: false,
  // One that a later version took out of the catalogue grants nothing.
  permissions: permissions.filter(isPermission),
});
