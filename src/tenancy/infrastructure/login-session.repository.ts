import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { Client } from '../application/session-tokens.js';
import { Logins } from './logins.js';
import { networkOf } from './network-of.js';

export interface LoginSession {
  id: string;
  personId: string;
  createdAt: Date;
  lastUsedAt: Date;
  /** When the second factor was shown; null when only the password was. */
  mfaAt: Date | null;
  userAgent: string | null;
  address: string | null;
}

const COLUMNS = `id, person_id AS "personId", created_at AS "createdAt", last_used_at AS "lastUsedAt", mfa_at AS "mfaAt",
  user_agent AS "userAgent", address`;

/** The logins of the tenant of the context. */
@Injectable()
export class LoginSessionRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly logins: Logins,
  ) {}

  async insert(
    session: { id: string; personId: string; mfaAt: Date | null; startedAt: Date; at: Date },
    client: Client,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO login_session
         (tenant_id, id, person_id, created_at, last_used_at, mfa_at, user_agent, address, network)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        currentTenant(),
        session.id,
        session.personId,
        session.startedAt,
        session.at,
        session.mfaAt,
        ...(await this.sealed(session.id, client)),
      ],
    );
  }

  async touch(id: string, client: Client, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE login_session SET last_used_at = $3, user_agent = $4, address = $5, network = $6
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, at, ...(await this.sealed(id, client))],
    );
  }

  async find(id: string): Promise<LoginSession | null> {
    const [row] = await this.uow.query<LoginSession>(
      `SELECT ${COLUMNS} FROM login_session WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL`,
      [currentTenant(), id],
    );
    return row ? ((await this.open([row]))[0] ?? null) : null;
  }

  /** Those that can still be refreshed, newest first; one row more than `limit`. */
  async listOpen(
    personId: string,
    page: { limit: number; startingAfter?: string; usedSince: Date },
  ): Promise<LoginSession[]> {
    const rows = await this.uow.query<LoginSession>(
      `SELECT ${COLUMNS} FROM login_session
       WHERE tenant_id = $1 AND person_id = $2 AND ended_at IS NULL AND last_used_at >= $3 AND ($4::uuid IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [currentTenant(), personId, page.usedSince, page.startingAfter ?? null, page.limit + 1],
    );
    return this.open(rows);
  }

  async markMfa(id: string, at: Date): Promise<void> {
    await this.uow.execute('UPDATE login_session SET mfa_at = $3 WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
      at,
    ]);
  }

  /** Ends logins of a person in this tenant: one, or all but one. Answers the ids of those that it ended. */
  async end(
    personId: string,
    which: { only: string } | { except: string | null },
    at: Date,
  ): Promise<string[]> {
    const [only, except] = 'only' in which ? [which.only, null] : [null, which.except];
    const rows = await this.uow.query<{ id: string }>(
      `UPDATE login_session SET ended_at = $3
       WHERE tenant_id = $1 AND person_id = $2 AND ended_at IS NULL
         AND ($4::uuid IS NULL OR id = $4) AND id IS DISTINCT FROM $5::uuid
       RETURNING id`,
      [currentTenant(), personId, at, only, except],
    );
    return rows.map(({ id }) => id);
  }

  /** As `end`, in every business of the person. */
  async endEverywhere(personId: string, except: string | null, at: Date): Promise<string[]> {
    const rows = await this.uow.query<{ session_id: string }>('SELECT * FROM end_sessions_of($1, $2, $3)', [
      personId,
      except,
      at,
    ]);
    return rows.map(({ session_id }) => session_id);
  }

  /** Device and address as they are kept, and the blind index of the network, which is compared across businesses. */
  private async sealed(id: string, { userAgent, address }: Client): Promise<(string | null)[]> {
    const seal = async (value: string | null, column: string) =>
      value && (await this.cipher.seal(value, { table: 'login_session', column, rowId: id }));
    return [
      await seal(userAgent, 'user_agent'),
      await seal(address, 'address'),
      await this.logins.indexOfNetwork(networkOf(address)),
    ];
  }

  private open(rows: readonly LoginSession[]): Promise<LoginSession[]> {
    const members = { userAgent: { column: 'user_agent' }, address: { column: 'address' } };
    return this.cipher.openRows('login_session', rows, members);
  }
}
