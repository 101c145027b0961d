import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { RoleId } from '#libs/security';
import { PersonCipher } from './person-cipher.js';

export interface Account {
  email: string;
  name: string;
  passwordHash: string;
  emailVerifiedAt: Date | null;
}

export interface BusinessOfPerson {
  tenantId: string;
  slug: string;
  name: string;
  role: RoleId;
  mfaRequired: boolean;
  joinedAt: Date;
  language: string;
}

/** The account of a person, which spans businesses: through narrow functions only. Needs a unit of work, of any tenant. */
@Injectable()
export class AccountRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly people: PersonCipher,
    private readonly settings: Settings,
  ) {}

  /** False when the address has an account already. */
  async create(
    person: { id: string; email: string; name: string; passwordHash: string },
    at: Date,
  ): Promise<boolean> {
    const { id, email, name, passwordHash } = person;
    const made = await this.uow.query('SELECT * FROM create_person($1, $2, $3, $4, $5, $6, $7)', [
      id,
      await this.people.seal(id, 'email', email),
      ...(await this.people.keysOf(email)),
      await this.people.seal(id, 'name', name),
      passwordHash,
      at,
    ]);
    return made.length > 0;
  }

  async find(personId: string): Promise<Account | null> {
    const [row] = await this.uow.query<Account>(
      `SELECT email, name, password_hash AS "passwordHash", email_verified_at AS "emailVerifiedAt" FROM find_account($1)`,
      [personId],
    );
    return this.people.openRow(row, () => personId);
  }

  /** The id of the person with this address, or null. */
  async idOfEmail(email: string): Promise<string | null> {
    const [row] = await this.uow.query<{ person_id: string }>(
      'SELECT person_id FROM find_login($1, $2)',
      await this.people.keysOf(email),
    );
    return row?.person_id ?? null;
  }

  businesses(personId: string): Promise<BusinessOfPerson[]> {
    return this.uow.query<BusinessOfPerson>(
      `SELECT tenant_id AS "tenantId", slug, name, role, mfa_required OR $2 AS "mfaRequired", joined_at AS "joinedAt", language
       FROM memberships_of($1)`,
      [personId, this.settings.accounts.mfaRequired],
    );
  }

  async rename(personId: string, name: string): Promise<void> {
    const sealed = await this.people.seal(personId, 'name', name);
    await this.uow.query('SELECT * FROM rename_person($1, $2)', [personId, sealed]);
  }

  async changePassword(personId: string, passwordHash: string): Promise<void> {
    await this.uow.query('SELECT * FROM change_password($1, $2)', [personId, passwordHash]);
  }

  /** Of a member of the business of the context; answers the person's id, null when there is none. */
  async setMemberPassword(email: string, passwordHash: string): Promise<string | null> {
    const [row] = await this.uow.query<{ person_id: string }>(
      'SELECT person_id FROM set_member_password($1, $2, $3)',
      [...(await this.people.keysOf(email)), passwordHash],
    );
    return row?.person_id ?? null;
  }

  /** False when the person has another address by now. */
  async verifyEmail(personId: string, email: string, at: Date): Promise<boolean> {
    const keys = await this.people.keysOf(email);
    const verified = await this.uow.query('SELECT * FROM verify_email($1, $2, $3, $4)', [
      personId,
      ...keys,
      at,
    ]);
    return verified.length > 0;
  }

  /** Answers the address before; null when the new one is somebody else's. */
  async changeEmail(personId: string, email: string, at: Date): Promise<string | null> {
    const sealed = await this.people.seal(personId, 'email', email);
    const keys = await this.people.keysOf(email);
    const [row] = await this.uow.query<{ email: string }>(
      'SELECT old_email AS email FROM change_email($1, $2, $3, $4, $5)',
      [personId, sealed, ...keys, at],
    );
    return (await this.people.openRow(row, () => personId))?.email ?? null;
  }

  /** Whether the business of the context, or the installation, asks for a second factor that the person does not have. */
  async mustEnrol(personId: string): Promise<boolean> {
    const [row] = await this.uow.query<{ must: boolean }>(
      `SELECT (t.mfa_required OR $3) AND NOT EXISTS (SELECT 1 FROM find_mfa($2) f WHERE f.confirmed_at IS NOT NULL) AS must
       FROM tenant t WHERE t.id = $1`,
      [currentTenant(), personId, this.settings.accounts.mfaRequired],
    );
    return row?.must ?? false;
  }
}
