import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { RoleId } from '#libs/security';
import type { TenantView } from '../contracts/index.js';
import type { TenantProfile } from '../domain/tenant-profile.js';
import { PersonCipher } from './person-cipher.js';

export interface MemberRow {
  id: string;
  email: string;
  name: string;
  role: RoleId;
  emailVerified: boolean;
}

export interface Member {
  /** Of the person. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: RoleId;
  readonly memberSince: Date;
}

const MEMBER = `SELECT m.person_id AS id, p.name, p.email, p.email_verified_at IS NOT NULL AS "emailVerified", m.role,
    m.created_at AS "memberSince" FROM membership m JOIN person p ON p.id = m.person_id`;

/** The tenant of the context and the people who have access to it. */
@Injectable()
export class TenantRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly people: PersonCipher,
  ) {}

  /** False when the id or the slug is taken. */
  async insert(profile: TenantProfile, createdAt: Date): Promise<boolean> {
    const inserted = await this.uow.execute(
      `INSERT INTO tenant (id, slug, name, time_zone, country, currency, language, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        profile.slug,
        profile.name,
        profile.timeZone,
        profile.country,
        profile.currency,
        profile.language,
        createdAt,
      ],
    );
    return inserted === 1;
  }

  async findSecurity(): Promise<{ mfaRequired: boolean; version: number } | null> {
    const [row] = await this.uow.query<{ mfaRequired: boolean; version: number }>(
      'SELECT mfa_required AS "mfaRequired", security_version AS version FROM tenant WHERE id = $1',
      [currentTenant()],
    );
    return row ?? null;
  }

  /** False when another write came first. */
  async saveSecurity(mfaRequired: boolean, expectedVersion: number | undefined): Promise<boolean> {
    const saved = await this.uow.execute(
      `UPDATE tenant SET mfa_required = $2, security_version = security_version + 1
       WHERE id = $1 AND ($3::int IS NULL OR security_version = $3)`,
      [currentTenant(), mfaRequired, expectedVersion ?? null],
    );
    return saved === 1;
  }

  async find(): Promise<TenantView | null> {
    const [row] = await this.uow.query<TenantView>(
      `SELECT id, slug, name, time_zone AS "timeZone", country, currency, language FROM tenant WHERE id = $1`,
      [currentTenant()],
    );
    return row ?? null;
  }

  /** The id of the person with this e-mail address, made now or before. */
  async registerPerson(
    person: { id: string; email: string; name: string; passwordHash: string },
    at: Date,
  ): Promise<string> {
    const [row] = await this.uow.query<{ person_id: string }>(
      'SELECT person_id FROM register_person($1, $2, $3, $4, $5, $6, $7)',
      [
        person.id,
        await this.people.seal(person.id, 'email', person.email),
        ...(await this.people.keysOf(person.email)),
        await this.people.seal(person.id, 'name', person.name),
        person.passwordHash,
        at,
      ],
    );
    if (!row) throw new Error('register_person answered no row');
    return row.person_id;
  }

  /** False when the person had access before; the role stays then. */
  async addMember(id: string, personId: string, role: RoleId, at: Date): Promise<boolean> {
    const added = await this.uow.execute(
      `INSERT INTO membership (tenant_id, id, person_id, role, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, person_id) DO NOTHING`,
      [currentTenant(), id, personId, role, at],
    );
    return added === 1;
  }

  /** Takes the person's access away, but not that of the last owner. The owners are locked: two may leave at once. */
  async removeMember(personId: string): Promise<'removed' | 'last-owner' | 'no-member'> {
    const owners = await this.uow.query<{ personId: string }>(
      `SELECT person_id AS "personId" FROM membership WHERE tenant_id = $1 AND role = 'owner' ORDER BY id FOR UPDATE`,
      [currentTenant()],
    );
    if (owners.length === 1 && owners[0]?.personId === personId) return 'last-owner';
    const removed = await this.uow.execute('DELETE FROM membership WHERE tenant_id = $1 AND person_id = $2', [
      currentTenant(),
      personId,
    ]);
    return removed === 1 ? 'removed' : 'no-member';
  }

  /** As `removeMember`. */
  async changeRole(personId: string, role: RoleId): Promise<'changed' | 'last-owner'> {
    const owners = await this.uow.query<{ personId: string }>(
      `SELECT person_id AS "personId" FROM membership WHERE tenant_id = $1 AND role = 'owner' ORDER BY id FOR UPDATE`,
      [currentTenant()],
    );
    if (role !== 'owner' && owners.length === 1 && owners[0]?.personId === personId) return 'last-owner';
    await this.uow.execute('UPDATE membership SET role = $3 WHERE tenant_id = $1 AND person_id = $2', [
      currentTenant(),
      personId,
      role,
    ]);
    return 'changed';
  }

  async listMembers(page: { limit: number; startingAfter?: string }): Promise<Member[]> {
    const members = await this.uow.query<Member>(
      `${MEMBER} WHERE m.tenant_id = $1 AND ($2::uuid IS NULL OR (m.created_at, m.person_id) < (
         SELECT a.created_at, a.person_id FROM membership a WHERE a.tenant_id = $1 AND a.person_id = $2))
       ORDER BY m.created_at DESC, m.person_id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
    return this.people.openRows(members);
  }

  async getMember(personId: string): Promise<Member | null> {
    const [row] = await this.uow.query<Member>(`${MEMBER} WHERE m.tenant_id = $1 AND m.person_id = $2`, [
      currentTenant(),
      personId,
    ]);
    return this.people.openRow(row);
  }

  async findMember(personId: string): Promise<MemberRow | null> {
    const [row] = await this.uow.query<MemberRow>(
      `SELECT p.id, p.email, p.name, m.role, p.email_verified_at IS NOT NULL AS "emailVerified" FROM membership m JOIN person p ON p.id = m.person_id
       WHERE m.tenant_id = $1 AND m.person_id = $2`,
      [currentTenant(), personId],
    );
    return this.people.openRow(row);
  }

  /** Members in one of the roles whose address is verified, at most 50. */
  async addressesOf(roles: readonly string[]): Promise<{ personId: string; name: string; email: string }[]> {
    const members = await this.uow.query<{ personId: string; name: string; email: string }>(
      `SELECT p.id AS "personId", p.name, p.email FROM membership m JOIN person p ON p.id = m.person_id
       WHERE m.tenant_id = $1 AND m.role = ANY($2) AND p.email_verified_at IS NOT NULL ORDER BY p.id LIMIT 50`,
      [currentTenant(), roles],
    );
    return this.people.openRows(members, ({ personId }) => personId);
  }
}
