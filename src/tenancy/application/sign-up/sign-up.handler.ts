import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, currentTenant, DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { BusinessSignedUp } from '../../contracts/index.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import type { TenantProfile } from '../../domain/tenant-profile.js';
import { PersonTokens } from '../person-tokens.js';
import { SessionIssuer } from '../session-issuer.js';
import { SignUpCommand, type SignedUp } from './sign-up.command.js';
import { anotherSlug } from './slug.js';

const SLUGS_TRIED = 5;

@CommandHandler(SignUpCommand)
export class SignUpHandler implements ICommandHandler<SignUpCommand> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tenants: TenantRepository,
    private readonly issuer: SessionIssuer,
    private readonly tokens: PersonTokens,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: SignUpCommand): Promise<SignedUp> {
    const { owner, profile, referralCode, client } = input;
    const tenantId = currentTenant();
    const now = this.clock.now();
    // The account first: of two sign-ups with one address the second waits here for the first, and loses.
    if (owner.passwordHash !== null) {
      const { passwordHash } = owner;
      if (!(await this.accounts.create({ ...owner, passwordHash }, now))) throw emailTaken();
    }
    const slug = await this.insertTenant(profile, now);
    await this.tenants.addMember(newId(), owner.id, 'owner', now);
    if (owner.passwordHash !== null) await this.tokens.mail(owner.id, 'verify-email', { email: owner.email });
    await this.outbox.append(
      BusinessSignedUp.make(tenantId, {
        tenantId,
        ownerId: owner.id,
        referralCode,
        country: profile.country,
      }),
    );
    const tokens = await this.issuer.open({ personId: owner.id, role: 'owner', mfaAt: null }, client);
    return { ...tokens, tenantId, personId: owner.id, slug };
  }

  private async insertTenant(profile: TenantProfile, at: Date): Promise<string> {
    let { slug } = profile;
    for (let tries = 0; tries < SLUGS_TRIED; tries += 1) {
      if (await this.tenants.insert({ ...profile, slug }, at)) return slug;
      slug = anotherSlug(profile.slug);
    }
    throw new DomainError(
      'conflict',
      'tenancy.tenant_taken',
      'No free slug could be found for this name: try again.',
    );
  }
}

export const emailTaken = (): DomainError =>
  new DomainError(
    'conflict',
    'auth.email_taken',
    'This address has an account. Give its password here for another business, or sign in, or reset the password.',
    { errors: [{ pointer: '/email', detail: 'has an account' }] },
  );
