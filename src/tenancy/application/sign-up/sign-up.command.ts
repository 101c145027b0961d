import { Command } from '@nestjs/cqrs';
import type { TenantProfile } from '../../domain/tenant-profile.js';
import type { Client, SessionTokens } from '../session-tokens.js';

export interface SignedUp extends SessionTokens {
  tenantId: string;
  personId: string;
  slug: string;
}

/**
 * Makes the business of the context (a new id) with its owner, a login and what follows of it, or nothing at all.
 * `owner.passwordHash` null: a person who exists, and has shown the password. Error: `auth.email_taken` (409).
 */
export class SignUpCommand extends Command<SignedUp> {
  constructor(
    readonly input: {
      profile: TenantProfile;
      owner: { id: string; email: string; name: string; passwordHash: string | null };
      referralCode: string | null;
      client: Client;
    },
  ) {
    super();
  }
}
