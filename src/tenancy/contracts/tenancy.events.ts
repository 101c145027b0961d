import { defineEvent } from '#libs/kernel';

/** A business signed itself up. `referralCode` is what the visitor gave, unchecked. */
export const BusinessSignedUp = defineEvent<{
  tenantId: string;
  ownerId: string;
  referralCode: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string;
}>('tenancy.business.signed-up.v1');

export const InvitationCreated = defineEvent<{ invitationId: string; role: string; invitedBy: string }>(
  'tenancy.invitation.created.v1',
);
export const InvitationRevoked = defineEvent<{ invitationId: string }>('tenancy.invitation.revoked.v1');
export const InvitationAccepted = defineEvent<{ invitationId: string; personId: string; role: string }>(
  'tenancy.invitation.accepted.v1',
);
export const MemberRoleChanged = defineEvent<{ personId: string; from: string; to: string }>(
  'tenancy.member.role-changed.v1',
);
/** The team is gone; what belongs to it is no team's from here on. */
export const TeamDeleted = defineEvent<{ teamId: string }>('tenancy.team.deleted.v1');
export const MemberLeft = defineEvent<{ personId: string }>('tenancy.member.left.v1');

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

/** Logins are over; their access tokens must not be taken any more. */
export const SessionsEnded = defineEvent<{ sessionIds: string[] }>('tenancy.sessions.ended.v1');

export type MailKind =
  'verify-email' | 'change-email' | 'password-reset' | 'email-changed' | 'password-changed' | 'invitation';

/** A mail is to be sent. `subjectId` is the token, the invitation or the person that it is about. */
export const MailDue = defineEvent<{
  kind: MailKind;
  subjectId: string;
  /** A sealed address, where it is not that of the subject. */
  sealedTo?: string;
}>('tenancy.mail.due.v1');

/** Somebody asked to reset the password of an address, which may have no account. */
export const PasswordResetAsked = defineEvent<{ sealedEmail: string }>('tenancy.password-reset.asked.v1');
