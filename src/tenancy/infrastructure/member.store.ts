import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
} from '#libs/privacy';
import { PersonCipher } from './person-cipher.js';

/** Members of staff, as data subjects. Their account is their own, across businesses: a business withdraws access, and erases nothing. */
@Injectable()
@HoldsPersonalData({
  name: 'tenancy.members',
  description: 'The account of a member of staff in this business, and its sessions',
  dataClasses: ['members'],
  order: 80,
})
export class MemberStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly people: PersonCipher,
  ) {
    super();
  }

  /** The member with this e-mail address, in its normal form. */
  async idOf(email: string): Promise<string | null> {
    const [row] = await this.uow.query<{ id: string }>(
      `SELECT p.id FROM membership m JOIN person p ON p.id = m.person_id
       WHERE m.tenant_id = $1 AND (p.email_index = $2 OR (p.email_index IS NULL AND p.email = $3))`,
      [currentTenant(), ...(await this.people.keysOf(email))],
    );
    return row?.id ?? null;
  }

  async *export({ personIds }: DataSubject): AsyncGenerator<PersonalRecord> {
    if (personIds.length === 0) return;
    const values = [currentTenant(), personIds];
    const people = await this.uow.query(
      `SELECT p.id, p.email, p.name, p.created_at AS "createdAt", m.role, m.created_at AS "memberSince"
       FROM membership m JOIN person p ON p.id = m.person_id WHERE m.tenant_id = $1 AND p.id = ANY ($2::uuid[]) ORDER BY p.id`,
      values,
    );
    for (const person of await this.people.openRows(people)) yield { type: 'member', ...person };
    const sessions = await this.uow.query<{ id: string; userAgent: unknown; address: unknown }>(
      `SELECT id, issued_at AS "issuedAt", expires_at AS "expiresAt", used_at AS "usedAt", revoked_at AS "revokedAt",
         user_agent AS "userAgent", address FROM refresh_session
       WHERE tenant_id = $1 AND person_id = ANY ($2::uuid[]) ORDER BY id`,
      values,
    );
    const fields = { userAgent: { column: 'user_agent' }, address: { column: 'address' } };
    for (const session of await this.cipher.openRows('refresh_session', sessions, fields))
      yield { type: 'session', ...session };
    const logins = await this.uow.query<{ id: string; userAgent: unknown; address: unknown }>(
      `SELECT id, address, user_agent AS "userAgent", created_at AS "createdAt", last_used_at AS "lastUsedAt",
         ended_at AS "endedAt" FROM login_session
       WHERE tenant_id = $1 AND person_id = ANY ($2::uuid[]) ORDER BY id`,
      values,
    );
    for (const login of await this.cipher.openRows('login_session', logins, fields))
      yield { type: 'login', ...login };
    const teams = await this.uow.query(
      `SELECT t.id, t.name FROM team_member m JOIN team t ON t.tenant_id = m.tenant_id AND t.id = m.team_id
       WHERE m.tenant_id = $1 AND m.person_id = ANY ($2::uuid[]) ORDER BY t.id`,
      values,
    );
    for (const team of teams) yield { type: 'team', ...team };
    const invitations = await this.uow.query<{ id: string; email: string }>(
      `SELECT id, email, role, created_at AS "createdAt", accepted_at AS "acceptedAt" FROM invitation
       WHERE tenant_id = $1 AND accepted_by = ANY ($2::uuid[]) ORDER BY id`,
      values,
    );
    for (const invitation of await this.cipher.openRows('invitation', invitations, {
      email: { column: 'email' },
    }))
      yield { type: 'invitation', ...invitation };
  }

  erase({ personIds }: DataSubject): Promise<Erasure> {
    return Promise.resolve({
      records: personIds.length,
      what: 'kept',
      reason: 'Accounts of staff span businesses; access is withdrawn with the membership.',
    });
  }
}
