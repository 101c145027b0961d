import { flag, httpUrl, integer, optionalText, optionalUrl, text } from './setting.js';

/** Sign-up, links in mails, second factors. */
export const ACCOUNTS = {
  signUpOpen: ['SIGN_UP_OPEN', flag(true, 'Whether anybody may sign a business up.')],
  signUpsPerHour: [
    'SIGN_UPS_PER_HOUR',
    integer(10, { min: 1, max: 100_000 }, 'Sign-ups tried from one address in an hour before 429.'),
  ],
  mailsPerHour: [
    'ACCOUNT_MAILS_PER_HOUR',
    integer(
      6,
      { min: 1, max: 10_000 },
      'Mails of one kind (reset, verification, invitation) for one address in an hour.',
    ),
  ],
  verifyEmailHours: [
    'VERIFY_EMAIL_HOURS',
    integer(48, { min: 1, max: 720 }, 'Life of a link that verifies or changes an e-mail address.'),
  ],
  passwordResetMinutes: [
    'PASSWORD_RESET_MINUTES',
    integer(30, { min: 5, max: 1440 }, 'Life of a link that resets a password.'),
  ],
  invitationDays: ['INVITATION_DAYS', integer(7, { min: 1, max: 90 }, 'Life of an invitation.')],
  breachedPasswordsUrl: [
    'BREACHED_PASSWORDS_URL',
    optionalUrl(
      ['http:', 'https:'],
      'Range service that new passwords are looked up at; it gets five characters of a SHA-1 hash. Not asked when empty. Production: https://api.pwnedpasswords.com, or a mirror of it.',
    ),
  ],
  breachedPasswordsTimeoutMs: [
    'BREACHED_PASSWORDS_TIMEOUT_MS',
    integer(
      2_000,
      { min: 50, max: 30_000 },
      'Longest wait for that service. A password that could not be looked up is taken, with a warning in the log.',
    ),
  ],
  mfaChallengeSeconds: [
    'MFA_CHALLENGE_SECONDS',
    integer(300, { min: 30, max: 3600 }, 'How long after the password the second factor may come.'),
  ],
  mfaCodeDriftSteps: [
    'MFA_CODE_DRIFT_STEPS',
    integer(
      0,
      { min: 0, max: 1 },
      'Steps of 30 s that a code may be early or late. 0 is what OWASP ASVS 5.0 (6.5.5) wants; 1, where clocks of telephones are off, is the most that RFC 6238 (5.2) recommends.',
    ),
  ],
  mfaRequired: [
    'MFA_REQUIRED',
    flag(false, 'Every business asks its members for a second factor, whatever its own policy says.'),
  ],
  mfaIssuer: ['MFA_ISSUER', text('Frontdesk', 'What an authenticator app calls this installation.')],
} as const;

/** How mails leave. */
export const MAIL = {
  from: [
    'MAIL_FROM',
    text('Frontdesk <no-reply@frontdesk.example>', 'Sender of mails: an address, or Name <address>.'),
  ],
  smtpUrl: [
    'SMTP_URL',
    optionalUrl(
      ['smtp:', 'smtps:'],
      'Mail server, smtp://user:password@host:587 or smtps:. Without it and SENDGRID_API_KEY mails become files in DATA_DIR/mail.',
      { secret: true },
    ),
  ],
  sendgridApiKey: [
    'SENDGRID_API_KEY',
    optionalText('Sends mails through SendGrid; wins over SMTP_URL.', { secret: true }),
  ],
  sendgridUrl: ['SENDGRID_API_URL', httpUrl('https://api.sendgrid.com', 'SendGrid v3 API.')],
  timeoutMs: [
    'MAIL_TIMEOUT_MS',
    integer(10_000, { min: 100, max: 120_000 }, 'Longest wait for a step of a mail server.'),
  ],
  attempts: ['MAIL_ATTEMPTS', integer(8, { min: 1, max: 50 }, 'Tries of one mail before the dead letter.')],
  backoffMs: [
    'MAIL_BACKOFF_MS',
    integer(2_000, { min: 1, max: 600_000 }, 'First pause between tries; doubles, with jitter.'),
  ],
} as const;
