import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
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
/** $2: the blind index of an address, $3: the address, for rows that are not sealed yet. */
const FOR_ADDRESS = '(email_index = $2 OR (email_index IS NULL AND email = $3))';

/** Invitations of the tenant of the context that were neither accepted nor revoked; one for an address. */
@Injectable()
export class InvitationRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  /** False when the address has an open invitation. One that is over gives way. */
  async insert(invitation: Omit<Invitation, 'expiresAt'>, token: InvitationToken): Promise<boolean> {
    const place = { table: 'invitation', column: 'email', rowId: invitation.id };
    const keys = [await this.cipher.blindIndex(invitation.email, place), invitation.email];
    await this.uow.execute(
      `UPDATE invitation SET revoked_at = $4 WHERE tenant_id = $1 AND ${FOR_ADDRESS} AND ${OPEN} AND expires_at <= $4`,
      [currentTenant(), ...keys, invitation.createdAt],
    );
    const inserted = await this.uow.execute(
      `INSERT INTO invitation
         (tenant_id, id, email, email_index, role, token_hash, sealed_token, invited_by, created_at, expires_at)
       SELECT $1, $4, $5, $2, $6, $7, $8, $9, $10, $11
       WHERE NOT EXISTS (SELECT 1 FROM invitation WHERE tenant_id = $1 AND ${FOR_ADDRESS} AND ${OPEN}) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        ...keys,
        invitation.id,
        await this.cipher.seal(invitation.email, place),
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
  async list(page: { limit: number; startingAfter?: string }): Promise<Invitation[]> {
    const rows = await this.uow.query<Invitation>(
      `SELECT ${COLUMNS} FROM invitation WHERE tenant_id = $1 AND ${OPEN} AND ($2::uuid IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
    return this.open(rows);
  }

  async find(id: string): Promise<(Invitation & { sealedToken: string | null }) | null> {
    const [row] = await this.uow.query<Invitation & { sealedToken: string | null }>(
      `SELECT ${COLUMNS}, sealed_token AS "sealedToken" FROM invitation WHERE tenant_id = $1 AND id = $2 AND ${OPEN}`,
      [currentTenant(), id],
    );
    return this.openOne(row);
  }

  /** The open invitation that a token is for, which has not expired. */
  async findByToken(hash: string, at: Date): Promise<Invitation | null> {
    const [row] = await this.uow.query<Invitation>(
      `SELECT ${COLUMNS} FROM invitation WHERE tenant_id = $1 AND token_hash = $2 AND ${OPEN} AND expires_at > $3`,
      [currentTenant(), hash, at],
    );
    return this.openOne(row);
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

  private open<R extends Invitation>(rows: readonly R[]): Promise<R[]> {
    return this.cipher.openRows<Invitation>('invitation', rows, { email: { column: 'email' } }) as Promise<
      R[]
    >;
  }

  private async openOne<R extends Invitation>(row: R | undefined): Promise<R | null> {
    return row ? ((await this.open([row]))[0] ?? null) : null;
  }
}
