import { Command } from '@nestjs/cqrs';

/**
 * Sets up the tenant of the context (a new id, chosen by the caller) with its owner; `runInContext()` with that id first.
 * An owner who is known by e-mail keeps name and password, and gets one more business.
 * Errors: `tenancy.profile_invalid`, `tenancy.tenant_taken` (409: the id or the slug is in use).
 */
export class CreateTenantCommand extends Command<{ tenantId: string; ownerId: string }> {
  constructor(
    readonly input: {
      slug: string;
      name: string;
      timeZone: string;
      country: string;
      currency: string;
      language: string;
      /** `password` of 8 to 200 characters. */
      owner: { email: string; name: string; password: string };
    },
  ) {
    super();
  }
}

/** Gives a person access to the tenant of the context. A person who has it keeps the role. The owner's errors apply. */
export class AddMemberCommand extends Command<{ personId: string }> {
  constructor(
    readonly input: {
      email: string;
      name: string;
      password: string;
      role: 'owner' | 'admin' | 'agent' | 'auditor';
    },
  ) {
    super();
  }
}

/**
 * For operators (seed, CLI): a new password for a member of the tenant of the context, of whatever length they choose.
 * Error: `tenancy.member_not_found`.
 */
export class SetPasswordCommand extends Command<{ personId: string }> {
  constructor(readonly input: { email: string; password: string }) {
    super();
  }
}

/**
 * Ends the logins of a person in the business of the context, for whoever takes their access away. `SessionsEnded` carries it to the
 * access guard; membership itself is not touched.
 */
export class EndMemberSessionsCommand extends Command<{ sessionIds: string[] }> {
  constructor(readonly input: { personId: string }) {
    super();
  }
}
