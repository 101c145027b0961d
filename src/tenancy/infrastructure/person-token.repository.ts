import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { PersonCipher } from './person-cipher.js';

export type TokenPurpose = 'verify-email' | 'password-reset' | 'change-email' | 'mfa-challenge';

export interface UsedToken {
  id: string;
  personId: string;
  sealedData: string | null;
}

const USED = 'id, person_id AS "personId", sealed_data AS "sealedData"';

/** Tokens that people get by mail, and challenges. They span businesses: through narrow functions only. */
@Injectable()
export class PersonTokenRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly people: PersonCipher,
  ) {}

  async save(token: {
    id: string;
    personId: string;
    purpose: TokenPurpose;
    hash: string;
    sealedToken: string | null;
    sealedData: string | null;
    at: Date;
    expiresAt: Date;
  }): Promise<void> {
    await this.uow.query('SELECT save_person_token($1, $2, $3, $4, $5, $6, $7, $8)', [
      token.id,
      token.personId,
      token.purpose,
      token.hash,
      token.sealedToken,
      token.sealedData,
      token.at,
      token.expiresAt,
    ]);
  }

  /** Uses a good token up; of two at once the second waits for the first and gets null. */
  async use(hash: string, purpose: TokenPurpose, at: Date): Promise<UsedToken | null> {
    const [row] = await this.uow.query<UsedToken>(`SELECT ${USED} FROM use_person_token($1, $2, $3)`, [
      hash,
      purpose,
      at,
    ]);
    return row ?? null;
  }

  /** Counts a look at a good token and keeps it locked until the unit of work ends. */
  async peek(hash: string, purpose: TokenPurpose, at: Date): Promise<(UsedToken & { tries: number }) | null> {
    const [row] = await this.uow.query<UsedToken & { tries: number }>(
      `SELECT ${USED}, tries FROM peek_person_token($1, $2, $3)`,
      [hash, purpose, at],
    );
    return row ?? null;
  }

  /** What a mail about a token needs; null when it was used or replaced. */
  async mail(id: string): Promise<{
    personId: string;
    email: string;
    name: string;
    sealedToken: string | null;
    sealedData: string | null;
    expiresAt: Date;
  } | null> {
    const [row] = await this.uow.query<NonNullable<Awaited<ReturnType<PersonTokenRepository['mail']>>>>(
      `SELECT person_id AS "personId", email, name, sealed_token AS "sealedToken", sealed_data AS "sealedData",
         expires_at AS "expiresAt" FROM person_token_mail($1)`,
      [id],
    );
    return this.people.openRow(row, ({ personId }) => personId);
  }

  async forgetSealed(id: string): Promise<void> {
    await this.uow.query('SELECT forget_sealed_token($1)', [id]);
  }
}
