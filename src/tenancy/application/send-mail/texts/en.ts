import type { Language } from '../mail-text.js';

export const en: Language = {
  greeting: (name) => (name ? `Hello ${name},` : 'Hello,'),
  ignore: 'If you did not expect this mail, you can ignore it. Give the link to nobody.',
  mails: {
    'verify-email': ({ until }) => ({
      subject: 'Please confirm your e-mail address',
      lines: ['please confirm that this is your address.', `The link is good until ${until}.`],
      action: 'Confirm the address',
    }),
    'change-email': ({ until }) => ({
      subject: 'Please confirm your new e-mail address',
      lines: ['you asked to sign in with this address from now on.', `The link is good until ${until}.`],
      action: 'Use this address',
    }),
    'password-reset': ({ until }) => ({
      subject: 'Reset your password',
      lines: [
        'somebody asked for a new password for your account.',
        `The link is good until ${until}, once.`,
      ],
      action: 'Choose a new password',
    }),
    'email-changed': () => ({
      subject: 'Your e-mail address was changed',
      lines: ['your account has another address now. If that was not you, answer this mail at once.'],
    }),
    'password-changed': () => ({
      subject: 'Your password was changed',
      lines: [
        'your password was changed, and other logins were ended. If that was not you, reset it at once.',
      ],
    }),
    invitation: ({ business, until }) => ({
      subject: `Invitation to ${business}`,
      lines: [`you are invited to work with ${business} in Frontdesk.`, `The link is good until ${until}.`],
      action: 'Accept the invitation',
    }),
  },
};
