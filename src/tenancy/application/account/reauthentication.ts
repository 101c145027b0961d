import { Injectable } from '@nestjs/common';
import { currentContext, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { PasswordHasher } from '#libs/security';
import { type Account, AccountRepository } from '../../infrastructure/account.repository.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';

/** A signed-in person shows the password again, before something that a stolen token must not do. Outside a unit of work. */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Errors: `auth.wrong_password` (403), `auth.too_many_attempts` (429). */
  async check(password: string, pointer = '/password'): Promise<Account & { personId: string }> {
    const { actor, request } = currentContext();
    const account = await this.uow.run(() => this.accounts.find(actor.id));
    const refund = await this.throttle.take(account?.email ?? actor.id, request?.address ?? '');
    if (!account || !(await this.hasher.verify(account.passwordHash, password)))
      throw new DomainError('forbidden', 'auth.wrong_password', 'The password is wrong.', {
        errors: [{ pointer, detail: 'is wrong' }],
      });
    await refund();
    return { ...account, personId: actor.id };
  }
}
