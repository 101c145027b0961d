import type { Language } from '../mail-text.js';

export const de: Language = {
  greeting: (name) => (name ? `Guten Tag ${name},` : 'Guten Tag,'),
  ignore: 'Wenn Sie diese Mail nicht erwartet haben, lassen Sie sie liegen. Geben Sie den Link niemandem.',
  mails: {
    'verify-email': ({ until }) => ({
      subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
      lines: ['bitte bestätigen Sie, dass dies Ihre Adresse ist.', `Der Link gilt bis ${until}.`],
      action: 'Adresse bestätigen',
    }),
    'change-email': ({ until }) => ({
      subject: 'Bitte bestätigen Sie Ihre neue E-Mail-Adresse',
      lines: ['Sie möchten sich künftig mit dieser Adresse anmelden.', `Der Link gilt bis ${until}.`],
      action: 'Diese Adresse verwenden',
    }),
    'password-reset': ({ until }) => ({
      subject: 'Passwort zurücksetzen',
      lines: [
        'jemand hat für Ihr Konto ein neues Passwort angefordert.',
        `Der Link gilt einmal, bis ${until}.`,
      ],
      action: 'Neues Passwort wählen',
    }),
    'email-changed': () => ({
      subject: 'Ihre E-Mail-Adresse wurde geändert',
      lines: [
        'Ihr Konto hat jetzt eine andere Adresse. Waren Sie das nicht, antworten Sie sofort auf diese Mail.',
      ],
    }),
    'password-changed': () => ({
      subject: 'Ihr Passwort wurde geändert',
      lines: [
        'Ihr Passwort wurde geändert, andere Anmeldungen wurden beendet. Waren Sie das nicht, setzen Sie es sofort zurück.',
      ],
    }),
    invitation: ({ business, until }) => ({
      subject: `Einladung zu ${business}`,
      lines: [
        `Sie sind eingeladen, mit ${business} in Frontdesk zu arbeiten.`,
        `Der Link gilt bis ${until}.`,
      ],
      action: 'Einladung annehmen',
    }),
  },
};
