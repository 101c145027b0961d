import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { SystemCipher } from '#libs/encryption';
import { Clock, DomainError } from '#libs/kernel';
import { hashToken } from '#libs/security';
import { MfaRepository } from '../../infrastructure/mfa.repository.js';
import { LOBBY } from '../origin.js';
import { stepOfCode } from './one-time-password.js';

const CODES = 10;
/** Crockford's base32: no letter that reads as a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUPS = /.{4}/g;

/** What is shown as second factor: a code of the authenticator app, or one of the recovery codes. */
export type Proof = { readonly code: string } | { readonly recoveryCode: string };

/** Checks second factors and uses them up; inside a unit of work. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly mfa: MfaRepository,
    private readonly cipher: SystemCipher,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async isOn(personId: string): Promise<boolean> {
    return ((await this.mfa.find(personId))?.confirmedAt ?? null) !== null;
  }

  /** False for a wrong proof, and for one that was taken before. */
  async spend(personId: string, proof: Proof): Promise<boolean> {
    if ('recoveryCode' in proof)
      return this.mfa.spendRecoveryCode(personId, hashOf(personId, proof.recoveryCode), this.clock.now());
    const row = await this.mfa.find(personId);
    if (!row?.confirmedAt) return false;
    const step = await this.stepOf(personId, row.sealedSecret, proof.code);
    return step !== null && (await this.mfa.spendStep(personId, step));
  }

  /** The time step of a code under the sealed secret; null when it is wrong. */
  async stepOf(personId: string, sealedSecret: string, code: string): Promise<number | null> {
    const secret = await this.cipher.openSecret(sealedSecret, placeOf(personId), { tenantId: LOBBY });
    return stepOfCode(secret, code, this.clock.now(), this.settings.accounts.mfaCodeDriftSteps);
  }

  seal(personId: string, secret: string): Promise<string> {
    return this.cipher.seal(secret, placeOf(personId));
  }

  /** Ten new recovery codes in place of the old ones; only their hashes are kept. */
  async renewRecoveryCodes(personId: string): Promise<string[]> {
    const codes = Array.from({ length: CODES }, newRecoveryCode);
    await this.mfa.saveRecoveryCodes(
      personId,
      codes.map((code) => hashOf(personId, code)),
      this.clock.now(),
    );
    return codes;
  }
}

/** Of what can be done about it: a telephone whose clock is off shows nothing but wrong codes. */
export const CODE_WRONG =
  'The code is wrong, over or used before: take the next one. If that is refused too, let the telephone set its time by itself.';

/** For who is signed in; at the door it is an authentication that failed (401). */
export const wrongCode = (): DomainError => DomainError.invalid('auth.mfa_code_wrong', '/code', CODE_WRONG);

/**
 * 140 bits as `xxxx-xxxx-xxxx-xxxx-xxxx-xxxx-xxxx`: a plain hash of it cannot be searched, as OWASP ASVS 5.0, 6.5.2 has it from 112 on.
 * Those of before had 80, and are good until they are renewed.
 */
const newRecoveryCode = (): string => {
  const letters = Array.from(randomBytes(28), (byte) => ALPHABET[byte % 32]).join('');
  return (letters.match(GROUPS) ?? []).join('-');
};

const hashOf = (personId: string, code: string): string =>
  hashToken(`${personId}:${code.toLowerCase().replace(/[^0-9a-z]/g, '')}`);

const placeOf = (personId: string) => ({ table: 'person_mfa', column: 'sealed_secret', rowId: personId });
