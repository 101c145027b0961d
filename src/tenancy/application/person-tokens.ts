import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { hashToken, randomToken, SecretBox } from '#libs/security';
import { MailDue } from '../contracts/index.js';
import { PersonTokenRepository, type TokenPurpose } from '../infrastructure/person-token.repository.js';
import { LOBBY } from './origin.js';

type MailedPurpose = Exclude<TokenPurpose, 'mfa-challenge'>;

/**
 * Tokens that are mailed. The event names the row alone. The row has the token's hash and, until the mail is sent, the token sealed:
 * neither the outbox nor Redis ever holds one that works.
 */
@Injectable()
export class PersonTokens {
  constructor(
    private readonly tokens: PersonTokenRepository,
    private readonly box: SecretBox,
    private readonly outbox: Outbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  static sealData(box: SecretBox, id: string, data: object): string {
    return box.seal(JSON.stringify(data), placeOf(id, 'sealed_data'));
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
      sealedToken: this.box.seal(token, placeOf(id, 'sealed_token')),
      sealedData: data && PersonTokens.sealData(this.box, id, data),
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
    return { personId: used.personId, data: this.dataOf<T>(used.id, used.sealedData) };
  }

  dataOf<T>(id: string, sealed: string | null): T | null {
    return sealed === null ? null : (JSON.parse(this.box.open(sealed, placeOf(id, 'sealed_data'))) as T);
  }

  tokenOf(id: string, sealed: string): string {
    return this.box.open(sealed, placeOf(id, 'sealed_token'));
  }

  private lifeMs(purpose: MailedPurpose): number {
    const { passwordResetMinutes, verifyEmailHours } = this.settings.accounts;
    return purpose === 'password-reset' ? passwordResetMinutes * 60_000 : verifyEmailHours * 3_600_000;
  }
}

const placeOf = (id: string, column: string) => ({
  table: 'person_token',
  column,
  tenantId: LOBBY,
  rowId: id,
});
