import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent } from '#libs/messaging';
import { PasswordResetAsked } from '../../contracts/index.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { PersonTokens } from '../person-tokens.js';
import { SealedAddresses } from '../send-mail/sealed-addresses.js';

/** Has a link mailed when the address has an account, and does nothing when it has none. */
@Injectable()
@HandlesEvent({ event: PasswordResetAsked, name: 'tenancy.start-password-reset' })
export class OnPasswordResetAskedHandler extends EventHandler {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: PersonTokens,
    private readonly addresses: SealedAddresses,
  ) {
    super();
  }

  async handle(event: DomainEvent): Promise<void> {
    const { sealedEmail } = PasswordResetAsked.payloadOf(event);
    const email = await this.addresses.open(sealedEmail, event, 'sealedEmail');
    const personId = await this.accounts.idOfEmail(email);
    if (personId !== null) await this.tokens.mail(personId, 'password-reset', { email });
  }
}
