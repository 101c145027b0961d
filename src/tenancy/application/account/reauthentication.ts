import { Injectable } from '@nestjs/common';
import { currentContext, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { PasswordHasher } from '#libs/security';
import { type Account, AccountRepository } from '../../infrastructure/account.repository.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { type Proof, SecondFactor, wrongCode } from '../mfa/second-factor.js';

/** What somebody shows of themselves; the proof by who has a second factor. */
export interface Credentials {
  readonly password: string;
  readonly proof?: Proof | undefined;
}

export type Person = Account & { readonly personId: string };

/** Somebody who has shown all that their account asks for. */
export interface Reauthenticated {
  readonly person: Person;
  /** Runs what they came for in the unit of work that uses their code up. Errors: those of `Reauthentication.full`. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A signed-in person shows again who they are, before something that a stolen token must not do. Outside a unit of work. */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly accounts: AccountRepository,
    private readonly factor: SecondFactor,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  /** One factor. Errors: `auth.wrong_password` (403), `auth.too_many_attempts` (429). */
  async password(password: string, pointer = '/password'): Promise<Person> {
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

  /**
   * Every factor that the account has (OWASP ASVS 5.0, 7.5.1). Errors: those of `password`, `auth.mfa_code_required`,
   * `auth.mfa_code_wrong` (422).
   */
  async full({ password, proof }: Credentials, pointer?: string): Promise<Reauthenticated> {
    const person = await this.password(password, pointer);
    const asked = await this.uow.run(() => this.factor.isOn(person.personId));
    if (asked && !proof) throw codeRequired();
    return { person, run: (work) => this.spending(person, asked ? proof : undefined, work) };
  }

  private async spending<T>(person: Person, proof: Proof | undefined, work: () => Promise<T>): Promise<T> {
    const address = currentContext().request?.address ?? '';
    const refund = proof && (await this.throttle.take(person.email, address, 'mfa'));
    const result = await this.uow.run(async () => {
      // Asked once more: it may have been set up since.
      if (await this.factor.isOn(person.personId)) {
        if (!proof) throw codeRequired();
        if (!(await this.factor.spend(person.personId, proof))) throw wrongCode();
      }
      return work();
    });
    await refund?.();
    return result;
  }
}

const codeRequired = (): DomainError =>
  DomainError.invalid(
    'auth.mfa_code_required',
    '/code',
    'Your account has a second factor: give a code of your app as code, or a recovery code as recoveryCode.',
  );
