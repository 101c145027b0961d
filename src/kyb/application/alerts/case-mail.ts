import { instantIn, type Letter, letterOf, wordsIn } from '#libs/mail';

/** Mails about cases. They name nobody: who is listed, or resembles them, is read where it is protected. */

export type MailKind = 'opened' | 'assigned' | 'overdue';

interface Words {
  readonly subject: (business: string) => string;
  readonly lines: (until: string, path: string) => readonly string[];
}

const LANGUAGES: Readonly<{ en: Record<MailKind, Words> } & Record<string, Record<MailKind, Words>>> = {
  en: {
    opened: {
      subject: (business) => `${business}: a counterparty is to be looked at`,
      lines: (until, path) => [
        'a check has found something about one of your counterparties that your rules hold material.',
        `Please decide by ${until}.`,
        `The case: GET ${path}`,
      ],
    },
    assigned: {
      subject: (business) => `${business}: a case was given to you`,
      lines: (until, path) => [
        'a case about one of your counterparties was given to you.',
        `It has to be decided by ${until}.`,
        `The case: GET ${path}`,
      ],
    },
    overdue: {
      subject: (business) => `${business}: a case is overdue`,
      lines: (until, path) => [
        'a case about one of your counterparties has not been decided in time.',
        `It had to be decided by ${until}.`,
        `The case: GET ${path}`,
      ],
    },
  },
  de: {
    opened: {
      subject: (business) => `${business}: ein Geschäftspartner ist zu prüfen`,
      lines: (until, path) => [
        'eine Prüfung hat zu einem Ihrer Geschäftspartner etwas gefunden, das nach Ihren Regeln wesentlich ist.',
        `Bitte entscheiden Sie bis ${until}.`,
        `Der Fall: GET ${path}`,
      ],
    },
    assigned: {
      subject: (business) => `${business}: Ihnen wurde ein Fall zugewiesen`,
      lines: (until, path) => [
        'Ihnen wurde ein Fall zu einem Ihrer Geschäftspartner zugewiesen.',
        `Er ist bis ${until} zu entscheiden.`,
        `Der Fall: GET ${path}`,
      ],
    },
    overdue: {
      subject: (business) => `${business}: ein Fall ist überfällig`,
      lines: (until, path) => [
        'ein Fall zu einem Ihrer Geschäftspartner wurde nicht rechtzeitig entschieden.',
        `Er war bis ${until} zu entscheiden.`,
        `Der Fall: GET ${path}`,
      ],
    },
  },
  uk: {
    opened: {
      subject: (business) => `${business}: потрібно перевірити контрагента`,
      lines: (until, path) => [
        'перевірка виявила щодо одного з ваших контрагентів те, що за вашими правилами є суттєвим.',
        `Будь ласка, ухваліть рішення до ${until}.`,
        `Справа: GET ${path}`,
      ],
    },
    assigned: {
      subject: (business) => `${business}: вам призначено справу`,
      lines: (until, path) => [
        'вам призначено справу щодо одного з ваших контрагентів.',
        `Рішення потрібно ухвалити до ${until}.`,
        `Справа: GET ${path}`,
      ],
    },
    overdue: {
      subject: (business) => `${business}: справу прострочено`,
      lines: (until, path) => [
        'рішення у справі щодо одного з ваших контрагентів не ухвалено вчасно.',
        `Його потрібно було ухвалити до ${until}.`,
        `Справа: GET ${path}`,
      ],
    },
  },
  ru: {
    opened: {
      subject: (business) => `${business}: нужно проверить контрагента`,
      lines: (until, path) => [
        'проверка нашла по одному из ваших контрагентов то, что по вашим правилам существенно.',
        `Пожалуйста, примите решение до ${until}.`,
        `Дело: GET ${path}`,
      ],
    },
    assigned: {
      subject: (business) => `${business}: вам назначено дело`,
      lines: (until, path) => [
        'вам назначено дело об одном из ваших контрагентов.',
        `Решение нужно принять до ${until}.`,
        `Дело: GET ${path}`,
      ],
    },
    overdue: {
      subject: (business) => `${business}: дело просрочено`,
      lines: (until, path) => [
        'решение по делу об одном из ваших контрагентов не принято вовремя.',
        `Его нужно было принять до ${until}.`,
        `Дело: GET ${path}`,
      ],
    },
  },
};

/** In the business's language or else in English. `language`: BCP 47. */
export const caseMail = (
  kind: MailKind,
  language: string,
  { business, dueAt, caseId }: { business: string; dueAt: Date; caseId: string },
): Letter => {
  const words = wordsIn(LANGUAGES, language)[kind];
  const until = instantIn(LANGUAGES, language, dueAt);
  return letterOf(words.subject(business), words.lines(until, `/api/v1/kyb/cases/${caseId}`));
};
