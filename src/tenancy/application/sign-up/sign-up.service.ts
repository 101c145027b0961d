import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { DomainError, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { PasswordHasher } from '#libs/security';
import { currencyOf, languageOf } from '../../domain/country-defaults.js';
import { normalEmail } from '../../domain/person.js';
import { assertTenantProfile } from '../../domain/tenant-profile.js';
import { LoginThrottle } from '../../infrastructure/login-throttle.js';
import { Logins } from '../../infrastructure/logins.js';
import { PasswordPolicy } from '../../infrastructure/password-policy.js';
import { clientOf, type Origin, personContext } from '../origin.js';
import { SignUpCommand, type SignedUp } from './sign-up.command.js';
import { emailTaken } from './sign-up.handler.js';
import { slugOf } from './slug.js';

export interface SignUpInput {
  businessName: string;
  name: string;
  email: string;
  password: string;
  timeZone: string;
  country: string;
  currency?: string;
  language?: string;
  referralCode?: string;
}

/** A business comes by itself (ADR 0006). */
@Injectable()
export class SignUpService {
  constructor(
    private readonly system: SystemFunctions,
    private readonly logins: Logins,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly throttle: LoginThrottle,
    private readonly dispatcher: Dispatcher,
    private readonly settings: Settings,
  ) {}

  /**
   * Errors: `auth.sign_up_closed` (403), `auth.email_taken` (409), `tenancy.profile_invalid`, those of PasswordPolicy (422),
   * `auth.too_many_attempts` (429).
   */
  async signUp(input: SignUpInput, origin: Origin): Promise<SignedUp> {
    if (!this.settings.accounts.signUpOpen)
      throw new DomainError('forbidden', 'auth.sign_up_closed', 'Businesses are not signed up here.');
    const email = normalEmail(input.email);
    const profile = {
      slug: slugOf(input.businessName),
      name: input.businessName,
      timeZone: input.timeZone,
      country: input.country,
      currency: input.currency ?? currencyOf(input.country),
      language: input.language ?? languageOf(input.country),
    };
    assertTenantProfile(profile);
    this.policy.assert(input.password, [input.businessName, email, input.name]);
    await this.throttle.signUp(origin.address);
    await this.policy.assertUnbreached(input.password);
    const owner = await this.ownerOf({ ...input, email }, origin);
    const tenantId = newId();
    return runInContext(personContext({ personId: owner.id, tenantId }, origin), () =>
      this.dispatcher.request(
        new SignUpCommand({
          profile,
          owner,
          referralCode: input.referralCode ?? null,
          client: clientOf(origin),
        }),
      ),
    );
  }

  /** One hash is computed either way: the time does not tell whether the address has an account. */
  private async ownerOf(
    input: { email: string; name: string; password: string },
    origin: Origin,
  ): Promise<{ id: string; email: string; name: string; passwordHash: string | null }> {
    const { email, name, password } = input;
    const refund = await this.throttle.take(email, origin.address);
    const [known] = await this.logins.find(email);
    if (!known) {
      await refund();
      return { id: newId(), email, name, passwordHash: await this.hasher.hash(password) };
    }
    const right = await this.hasher.verify(known.password_hash, password);
    // A second factor is not asked for here, so who has one is told the same as who is wrong.
    const [mfa] = await this.system.call<{ confirmed_at: Date | null }>('find_mfa', [known.person_id]);
    if (!right || (mfa && mfa.confirmed_at !== null)) throw emailTaken();
    await refund();
    return { id: known.person_id, email, name, passwordHash: null };
  }
}
