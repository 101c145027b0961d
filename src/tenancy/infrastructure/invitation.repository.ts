import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { RoleId } from '#libs/security';

export interface Invitation {
  id: string;
  email: string;
  role: RoleId;
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
}

export interface InvitationToken {
  hash: string;
  sealed: string;
  expiresAt: Date;
}

const COLUMNS = `id, email, role, invited_by AS "invitedBy", created_at AS "createdAt", expires_at AS "expiresAt"`;
const OPEN = 'accepted_at IS NULL AND revoked_at IS NULL';

/** Invitations of the tenant of the context that were neither accepted nor revoked; one for an address. */
@Injectable()
export class InvitationRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** False when the address has an open invitation. One that is over gives way. */
  async insert(invitation: Omit<Invitation, 'expiresAt'>, token: InvitationToken): Promise<boolean> {
    await this.uow.execute(
      `UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND email = $2 AND ${OPEN} AND expires_at <= $3`,
      [currentTenant(), invitation.email, invitation.createdAt],
    );
    const inserted = await this.uow.execute(
      `INSERT INTO invitation (tenant_id, id, email, role, token_hash, sealed_token, invited_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        invitation.id,
        invitation.email,
        invitation.role,
        token.hash,
        token.sealed,
        invitation.invitedBy,
        invitation.createdAt,
        token.expiresAt,
      ],
    );
    return inserted === 1;
  }

  /** Newest first; one row more than `limit`. */
  list(page: { limit: number; startingAfter?: string }): Promise<Invitation[]> {
    return this.uow.query<Invitation>(
      `SELECT ${COLUMNS} FROM invitation WHERE tenant_id = $1 AND ${OPEN} AND ($2::uuid IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  async find(id: string): Promise<(Invitation & { sealedToken: string | null }) | null> {
    const [row] = await this.uow.query<Invitation & { sealedToken: string | null }>(
      `SELECT ${COLUMNS}, sealed_token AS "sealedToken" FROM invitation WHERE tenant_id = $1 AND id = $2 AND ${OPEN}`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  /** The open invitation that a token is for, which has not expired. */
  async findByToken(hash: string, at: Date): Promise<Invitation | null> {
    const [row] = await this.uow.query<Invitation>(
      `SELECT ${COLUMNS} FROM invitation WHERE tenant_id = $1 AND token_hash = $2 AND ${OPEN} AND expires_at > $3`,
      [currentTenant(), hash, at],
    );
    return row ?? null;
  }

  /** A new token in place of the one before. */
  async renew(id: string, token: InvitationToken): Promise<void> {
    await this.uow.execute(
      `UPDATE invitation SET token_hash = $3, sealed_token = $4, expires_at = $5
       WHERE tenant_id = $1 AND id = $2 AND ${OPEN}`,
      [currentTenant(), id, token.hash, token.sealed, token.expiresAt],
    );
  }

  /** False when it was accepted or revoked before. */
  async revoke(id: string, at: Date): Promise<boolean> {
    return (
      (await this.uow.execute(
        `UPDATE invitation SET revoked_at = $3, sealed_token = NULL WHERE tenant_id = $1 AND id = $2 AND ${OPEN}`,
        [currentTenant(), id, at],
      )) === 1
    );
  }

  /** Of two at once the second waits for the first and gets false. */
  async accept(id: string, hash: string, personId: string, at: Date): Promise<boolean> {
    return (
      (await this.uow.execute(
        `UPDATE invitation SET accepted_at = $4, accepted_by = $5, sealed_token = NULL
         WHERE tenant_id = $1 AND id = $2 AND token_hash = $3 AND ${OPEN} AND expires_at > $4`,
        [currentTenant(), id, hash, at, personId],
      )) === 1
    );
  }

  async forgetSealed(id: string): Promise<void> {
    await this.uow.execute('UPDATE invitation SET sealed_token = NULL WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
    ]);
  }
}
