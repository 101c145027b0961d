import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { SystemCipher } from '#libs/encryption';
import { Clock, DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { hashToken, randomToken } from '#libs/security';
import { MailDue } from '../contracts/index.js';
import { PersonTokenRepository, type TokenPurpose } from '../infrastructure/person-token.repository.js';
import { LOBBY } from './origin.js';

type SealedColumn = 'sealed_token' | 'sealed_data';
type MailedPurpose = Exclude<TokenPurpose, 'mfa-challenge'>;

/**
 * Tokens that are mailed. The event names the row alone. The row has the token's hash and, until the mail is sent, the token sealed:
 * neither the outbox nor Redis ever holds one that works.
 */
@Injectable()
export class PersonTokens {
  constructor(
    private readonly tokens: PersonTokenRepository,
    private readonly cipher: SystemCipher,
    private readonly outbox: Outbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  sealData(id: string, data: object): Promise<string> {
    return this.cipher.seal(JSON.stringify(data), placeOf(id, 'sealed_data'));
  }

  /** Makes a token, which replaces the person's earlier ones of this purpose, and has it mailed. `data` is kept sealed. */
  async mail(personId: string, purpose: MailedPurpose, data: object | null = null): Promise<void> {
    const id = newId();
    const token = randomToken();
    const at = this.clock.now();
    await this.tokens.save({
      id,
      personId,
      purpose,
      hash: hashToken(token),
      sealedToken: await this.cipher.seal(token, placeOf(id, 'sealed_token')),
      sealedData: data && (await this.sealData(id, data)),
      at,
      expiresAt: new Date(at.getTime() + this.lifeMs(purpose)),
    });
    await this.outbox.append(MailDue.make(id, { kind: purpose, subjectId: id }));
  }

  /** Uses a token up. Error: `auth.link_invalid` (422), alike for one that is wrong, used, replaced or over. */
  async use<T>(token: string, purpose: MailedPurpose): Promise<{ personId: string; data: T | null }> {
    const used = await this.tokens.use(hashToken(token), purpose, this.clock.now());
    if (!used)
      throw DomainError.invalid(
        'auth.link_invalid',
        '/token',
        'This link is not valid, or was used, or is too old: ask for a new one.',
      );
    return { personId: used.personId, data: await this.dataOf<T>(used.id, used.sealedData) };
  }

  async dataOf<T>(id: string, sealed: string | null): Promise<T | null> {
    return sealed === null ? null : (JSON.parse(await this.open(id, 'sealed_data', sealed)) as T);
  }

  tokenOf(id: string, sealed: string): Promise<string> {
    return this.open(id, 'sealed_token', sealed);
  }

  private open(id: string, column: SealedColumn, sealed: string): Promise<string> {
    return this.cipher.openSecret(sealed, placeOf(id, column), { tenantId: LOBBY });
  }

  private lifeMs(purpose: MailedPurpose): number {
    const { passwordResetMinutes, verifyEmailHours } = this.settings.accounts;
    return purpose === 'password-reset' ? passwordResetMinutes * 60_000 : verifyEmailHours * 3_600_000;
  }
}

const placeOf = (rowId: string, column: SealedColumn) => ({ table: 'person_token', column, rowId });
