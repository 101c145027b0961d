import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { Client } from '../application/session-tokens.js';
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
  constructor(private readonly uow: UnitOfWork) {}

  async insert(
    session: { id: string; personId: string; mfaAt: Date | null; startedAt: Date; at: Date },
    client: Client,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO login_session
         (tenant_id, id, person_id, created_at, last_used_at, mfa_at, user_agent, address, network)
       VALUES ($1, $2, $3, $4, $9, $5, $6, $7, $8)`,
      [
        currentTenant(),
        session.id,
        session.personId,
        session.startedAt,
        session.mfaAt,
        client.userAgent,
        client.address,
        networkOf(client.address),
        session.at,
      ],
    );
  }

  async touch(id: string, client: Client, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE login_session SET last_used_at = $3, user_agent = $4, address = $5, network = $6
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, at, client.userAgent, client.address, networkOf(client.address)],
    );
  }

  async find(id: string): Promise<LoginSession | null> {
    const [row] = await this.uow.query<LoginSession>(
      `SELECT ${COLUMNS} FROM login_session WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  /** Those that can still be refreshed, newest first; one row more than `limit`. */
  listOpen(
    personId: string,
    page: { limit: number; startingAfter?: string; usedSince: Date },
  ): Promise<LoginSession[]> {
    return this.uow.query<LoginSession>(
      `SELECT ${COLUMNS} FROM login_session
       WHERE tenant_id = $1 AND person_id = $2 AND ended_at IS NULL AND last_used_at >= $3 AND ($4::uuid IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [currentTenant(), personId, page.usedSince, page.startingAfter ?? null, page.limit + 1],
    );
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
}
