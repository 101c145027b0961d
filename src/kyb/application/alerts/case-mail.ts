/** The mail about a new case. It names nobody: who is listed, or resembles them, is read where it is protected. */

interface Words {
  readonly subject: (business: string) => string;
  readonly lines: (until: string, path: string) => readonly string[];
}

const LANGUAGES: Readonly<Record<string, Words>> = {
  en: {
    subject: (business) => `${business}: a counterparty is to be looked at`,
    lines: (until, path) => [
      'a check has found something about one of your counterparties that your rules hold material.',
      `Please decide by ${until}.`,
      `The case: GET ${path}`,
    ],
  },
  de: {
    subject: (business) => `${business}: ein Geschäftspartner ist zu prüfen`,
    lines: (until, path) => [
      'eine Prüfung hat zu einem Ihrer Geschäftspartner etwas gefunden, das nach Ihren Regeln wesentlich ist.',
      `Bitte entscheiden Sie bis ${until}.`,
      `Der Fall: GET ${path}`,
    ],
  },
  uk: {
    subject: (business) => `${business}: потрібно перевірити контрагента`,
    lines: (until, path) => [
      'перевірка виявила щодо одного з ваших контрагентів те, що за вашими правилами є суттєвим.',
      `Будь ласка, ухваліть рішення до ${until}.`,
      `Справа: GET ${path}`,
    ],
  },
  ru: {
    subject: (business) => `${business}: нужно проверить контрагента`,
    lines: (until, path) => [
      'проверка нашла по одному из ваших контрагентов то, что по вашим правилам существенно.',
      `Пожалуйста, примите решение до ${until}.`,
      `Дело: GET ${path}`,
    ],
  },
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Subject, plain text and simple HTML, in the business's language or else in English. `language`: BCP 47. */
export const caseMail = (
  language: string,
  { business, dueAt, caseId }: { business: string; dueAt: Date; caseId: string },
): { subject: string; text: string; html: string } => {
  const tag = language.split('-')[0] ?? '';
  const words = LANGUAGES[tag] ?? LANGUAGES.en;
  const until = new Intl.DateTimeFormat(tag in LANGUAGES ? language : 'en', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(dueAt);
  const lines = words?.lines(`${until} UTC`, `/api/v1/kyb/cases/${caseId}`) ?? [];
  return {
    subject: words?.subject(business) ?? business,
    text: lines.join('\n\n'),
    html: lines.map((line) => `<p>${escaped(line)}</p>`).join(''),
  };
};
