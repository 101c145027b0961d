import { instantIn, type Letter, letterOf, wordsIn } from '#libs/mail';

/** The mail to whom an alert, or several at once, were given. It names nobody: who is listed, or resembles them, is read where it is protected. */

interface Words {
  readonly subject: (business: string) => string;
  readonly lines: (until: string | null, path: string) => readonly string[];
}

type Count = 'one' | 'several';

const LANGUAGES: Readonly<{ en: Record<Count, Words> } & Record<string, Record<Count, Words>>> = {
  en: {
    one: {
      subject: (business) => `${business}: an alert was given to you`,
      lines: (until, path) => [
        'an alert about one of your counterparties was given to you.',
        ...(until === null ? [] : [`It has to be decided by ${until}.`]),
        `The alert: GET ${path}`,
      ],
    },
    several: {
      subject: (business) => `${business}: alerts were given to you`,
      lines: (_, path) => ['alerts about your counterparties were given to you.', `Your alerts: GET ${path}`],
    },
  },
  de: {
    one: {
      subject: (business) => `${business}: Ihnen wurde eine Warnmeldung zugewiesen`,
      lines: (until, path) => [
        'Ihnen wurde eine Warnmeldung zu einem Ihrer Geschäftspartner zugewiesen.',
        ...(until === null ? [] : [`Über sie ist bis ${until} zu entscheiden.`]),
        `Die Warnmeldung: GET ${path}`,
      ],
    },
    several: {
      subject: (business) => `${business}: Ihnen wurden Warnmeldungen zugewiesen`,
      lines: (_, path) => [
        'Ihnen wurden Warnmeldungen zu Ihren Geschäftspartnern zugewiesen.',
        `Ihre Warnmeldungen: GET ${path}`,
      ],
    },
  },
  uk: {
    one: {
      subject: (business) => `${business}: вам призначено попередження`,
      lines: (until, path) => [
        'вам призначено попередження щодо одного з ваших контрагентів.',
        ...(until === null ? [] : [`Рішення потрібно ухвалити до ${until}.`]),
        `Попередження: GET ${path}`,
      ],
    },
    several: {
      subject: (business) => `${business}: вам призначено кілька попереджень`,
      lines: (_, path) => [
        'вам призначено попередження щодо ваших контрагентів.',
        `Ваші попередження: GET ${path}`,
      ],
    },
  },
  ru: {
    one: {
      subject: (business) => `${business}: вам назначено предупреждение`,
      lines: (until, path) => [
        'вам назначено предупреждение об одном из ваших контрагентов.',
        ...(until === null ? [] : [`Решение нужно принять до ${until}.`]),
        `Предупреждение: GET ${path}`,
      ],
    },
    several: {
      subject: (business) => `${business}: вам назначено несколько предупреждений`,
      lines: (_, path) => [
        'вам назначены предупреждения о ваших контрагентах.',
        `Ваши предупреждения: GET ${path}`,
      ],
    },
  },
};

/** In the business's language or else in English. `language`: BCP 47; `dueAt`: null when nothing is to be decided. */
export const alertMail = (
  language: string,
  { business, dueAt, alertId }: { business: string; dueAt: Date | null; alertId: string },
): Letter => {
  const words = wordsIn(LANGUAGES, language).one;
  const until = dueAt && instantIn(LANGUAGES, language, dueAt);
  return letterOf(words.subject(business), words.lines(until, `/api/v1/kyb/alerts/${alertId}`));
};

/** Of all that one request gave. */
export const alertsMail = (
  language: string,
  { business, assigneeId }: { business: string; assigneeId: string },
): Letter => {
  const words = wordsIn(LANGUAGES, language).several;
  return letterOf(words.subject(business), words.lines(null, `/api/v1/kyb/alerts?assigneeId=${assigneeId}`));
};
