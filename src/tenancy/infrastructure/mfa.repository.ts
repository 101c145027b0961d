import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';

export interface MfaRow {
  sealedSecret: string;
  confirmedAt: Date | null;
  recoveryCodesLeft: number;
}

/** The second factor of a person. It spans businesses: through narrow functions only. */
@Injectable()
export class MfaRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async find(personId: string): Promise<MfaRow | null> {
    const [row] = await this.uow.query<MfaRow>(
      `SELECT sealed_secret AS "sealedSecret", confirmed_at AS "confirmedAt", recovery_codes_left AS "recoveryCodesLeft"
       FROM find_mfa($1)`,
      [personId],
    );
    return row ?? null;
  }

  /** False when a second factor is in use already. */
  saveSecret(personId: string, sealedSecret: string, at: Date): Promise<boolean> {
    return this.took('save_mfa_secret($1, $2, $3)', [personId, sealedSecret, at]);
  }

  confirm(personId: string, step: number, at: Date): Promise<boolean> {
    return this.took('confirm_mfa($1, $2, $3)', [personId, step, at]);
  }

  /** False when a code of this or of a later step was taken before. */
  spendStep(personId: string, step: number): Promise<boolean> {
    return this.took('spend_mfa_step($1, $2)', [personId, step]);
  }

  spendRecoveryCode(personId: string, hash: string, at: Date): Promise<boolean> {
    return this.took('spend_recovery_code($1, $2, $3)', [personId, hash, at]);
  }

  /** In place of all that were there. */
  async saveRecoveryCodes(personId: string, hashes: readonly string[], at: Date): Promise<void> {
    await this.uow.query('SELECT save_recovery_codes($1, $2::text[], $3)', [personId, [...hashes], at]);
  }

  async remove(personId: string): Promise<void> {
    await this.uow.query('SELECT remove_mfa($1)', [personId]);
  }

  private async took(call: string, args: unknown[]): Promise<boolean> {
    return (await this.uow.query(`SELECT * FROM ${call}`, args)).length > 0;
  }
}
