import { defineEvent } from '#libs/kernel';

/** A business signed itself up. `referralCode` is what the visitor gave, unchecked. */
export const BusinessSignedUp = defineEvent<{
  tenantId: string;
  ownerId: string;
  referralCode: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string;
}>('tenancy.business.signed-up.v1');

/** A person's account changed; told in the business in which they did it. */
export const AccountChanged = defineEvent<{
  personId: string;
  what:
    | 'email-verified'
    | 'email-changed'
    | 'password-changed'
    | 'mfa-enabled'
    | 'mfa-disabled'
    | 'recovery-codes-renewed';
}>('tenancy.account.changed.v1');
