import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { CustomDomain } from '../domain/custom-domain.js';
import { isWithin } from '../domain/domain-name.js';

const COLUMNS = `id, name, token, status, ownership, pointed, claim_expires_at AS "claimExpiresAt",
  verified_at AS "verifiedAt", checked_at AS "checkedAt", next_check_at AS "nextCheckAt", grace_until AS "graceUntil",
  certificate_not_after AS "certificateNotAfter", certificate_error AS "certificateError", created_at AS "createdAt", version`;

/** The domains of the tenant of the context, and the routes of those that are proved. */
@Injectable()
export class DomainRepository {
  constructor(private readonly uow: UnitOfWork) {}

  find(id: string): Promise<CustomDomain | null> {
    return this.one('id = $2', id);
  }

  /** With the row locked until the unit of work ends. */
  lock(id: string): Promise<CustomDomain | null> {
    return this.one('id = $2 FOR UPDATE', id);
  }

  lockByName(name: string): Promise<CustomDomain | null> {
    return this.one('name = $2 FOR UPDATE', name);
  }

  /** Newest first; one more than `limit`. */
  list(page: { limit: number; startingAfter?: string }): Promise<CustomDomain[]> {
    return this.uow.query<CustomDomain>(
      `SELECT ${COLUMNS} FROM custom_domain WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  async count(): Promise<number> {
    const [row] = await this.uow.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM custom_domain WHERE tenant_id = $1',
      [currentTenant()],
    );
    return row?.n ?? 0;
  }

  /** Whether the very name is proved, and not suspended, for this tenant. */
  async owns(host: string): Promise<boolean> {
    const [row] = await this.uow.query(
      'SELECT 1 FROM domain_route WHERE owner_tenant_id = $1 AND name = $2',
      [currentTenant(), host],
    );
    return row !== undefined;
  }

  /** As `owns`, of the name or one above it: who has a domain has what is below it. */
  async ownsAround(host: string): Promise<boolean> {
    const rows = await this.uow.query<{ name: string }>(
      'SELECT name FROM domain_route WHERE owner_tenant_id = $1',
      [currentTenant()],
    );
    return rows.some(({ name }) => isWithin(host, name));
  }

  /** False when the tenant has the name already. */
  async insert(domain: CustomDomain): Promise<boolean> {
    const inserted = await this.uow.execute(
      `INSERT INTO custom_domain (tenant_id, id, name, token, status, ownership, claim_expires_at, next_check_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        domain.id,
        domain.name,
        domain.token,
        domain.status,
        domain.ownership,
        domain.claimExpiresAt,
        domain.nextCheckAt,
        domain.createdAt,
      ],
    );
    return inserted === 1;
  }

  /** To be called with the row locked. Answers it as it is now. */
  async save(domain: CustomDomain): Promise<CustomDomain> {
    const [row] = await this.uow.query<CustomDomain>(
      `UPDATE custom_domain SET status = $3, ownership = $4, pointed = $5, verified_at = $6, checked_at = $7,
         next_check_at = $8, grace_until = $9, certificate_not_after = $10, certificate_error = $11, version = version + 1
       WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [
        currentTenant(),
        domain.id,
        domain.status,
        domain.ownership,
        domain.pointed,
        domain.verifiedAt,
        domain.checkedAt,
        domain.nextCheckAt,
        domain.graceUntil,
        domain.certificateNotAfter,
        domain.certificateError,
      ],
    );
    if (!row) throw new Error('a domain has vanished while it was locked');
    return row;
  }

  async remove(domain: CustomDomain): Promise<void> {
    await this.dropRoute(domain.name);
    await this.uow.execute('DELETE FROM custom_domain WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      domain.id,
    ]);
  }

  /** Takes the name for this tenant; false when another one has it. Who comes second waits here for who was first. */
  async takeRoute(name: string, domainId: string): Promise<boolean> {
    await this.uow.execute(
      'INSERT INTO domain_route (name, owner_tenant_id, domain_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [name, currentTenant(), domainId],
    );
    // Under row security nobody sees a row of another tenant.
    return this.owns(name);
  }

  async dropRoute(name: string): Promise<void> {
    await this.uow.execute('DELETE FROM domain_route WHERE owner_tenant_id = $1 AND name = $2', [
      currentTenant(),
      name,
    ]);
  }

  private async one(condition: string, value: string): Promise<CustomDomain | null> {
    const [row] = await this.uow.query<CustomDomain>(
      `SELECT ${COLUMNS} FROM custom_domain WHERE tenant_id = $1 AND ${condition}`,
      [currentTenant(), value],
    );
    return row ?? null;
  }
}
