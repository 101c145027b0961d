import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { SpentSession } from '../domain/refresh-token.js';

export interface NewSession {
  id: string;
  personId: string;
  familyId: string;
  tokenHash: string;
  issuedAt: Date;
  expiresAt: Date;
  userAgent: string | null;
  address: string | null;
}

@Injectable()
export class RefreshSessionRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  async insert(session: NewSession): Promise<void> {
    const seal = async (value: string | null, column: string) =>
      value && (await this.cipher.seal(value, { table: 'refresh_session', column, rowId: session.id }));
    await this.uow.execute(
      `INSERT INTO refresh_session
         (tenant_id, id, person_id, family_id, token_hash, issued_at, expires_at, user_agent, address)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        currentTenant(),
        session.id,
        session.personId,
        session.familyId,
        session.tokenHash,
        session.issuedAt,
        session.expiresAt,
        await seal(session.userAgent, 'user_agent'),
        await seal(session.address, 'address'),
      ],
    );
  }

  /** Marks a good token as used. Of two at once the second waits for the first, finds it used and gets null. */
  async use(tokenHash: string, now: Date): Promise<{ personId: string; familyId: string } | null> {
    const [row] = await this.uow.query<{ personId: string; familyId: string }>(
      // A row that another request is just using is passed over, not waited for: that is a race, not a second use.
      `UPDATE refresh_session SET used_at = $3
       WHERE tenant_id = $1 AND id = (
         SELECT id FROM refresh_session
         WHERE tenant_id = $1 AND token_hash = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3
         FOR UPDATE SKIP LOCKED)
       RETURNING person_id AS "personId", family_id AS "familyId"`,
      [currentTenant(), tokenHash, now],
    );
    return row ?? null;
  }

  async find(tokenHash: string): Promise<(SpentSession & { familyId: string }) | null> {
    const [row] = await this.uow.query<SpentSession & { familyId: string }>(
      `SELECT used_at AS "usedAt", revoked_at AS "revokedAt", expires_at AS "expiresAt", family_id AS "familyId"
       FROM refresh_session WHERE tenant_id = $1 AND token_hash = $2`,
      [currentTenant(), tokenHash],
    );
    return row ?? null;
  }

  async revokeFamily(familyId: string, now: Date): Promise<number> {
    return this.uow.execute(
      'UPDATE refresh_session SET revoked_at = $3 WHERE tenant_id = $1 AND family_id = $2 AND revoked_at IS NULL',
      [currentTenant(), familyId, now],
    );
  }
}
