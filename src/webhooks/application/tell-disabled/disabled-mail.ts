import { type Letter, letterOf, wordsIn } from '#libs/mail';

type Reason = 'gone' | 'failing';

interface Words {
  readonly subject: (business: string) => string;
  readonly why: Readonly<Record<Reason, string>>;
  readonly lines: (host: string, path: string) => readonly string[];
}

const LANGUAGES: Readonly<{ en: Words } & Record<string, Words>> = {
  en: {
    subject: (business) => `${business}: a webhook endpoint was switched off`,
    why: {
      gone: 'It answered that it is gone for good (410).',
      failing: 'It has taken nothing for days.',
    },
    lines: (host, path) => [
      `Events are sent to your endpoint at ${host} no more.`,
      `What it has missed is kept for a while: switch it on again with PATCH ${path}, then send it again with POST ${path}/replay.`,
    ],
  },
  de: {
    subject: (business) => `${business}: ein Webhook-Endpunkt wurde abgeschaltet`,
    why: {
      gone: 'Er antwortete, dass es ihn nicht mehr gibt (410).',
      failing: 'Er hat tagelang nichts angenommen.',
    },
    lines: (host, path) => [
      `An Ihren Endpunkt bei ${host} werden keine Ereignisse mehr gesendet.`,
      `Was ihm entgangen ist, bleibt eine Weile erhalten: Schalten Sie ihn mit PATCH ${path} wieder ein und senden Sie es mit POST ${path}/replay noch einmal.`,
    ],
  },
  uk: {
    subject: (business) => `${business}: вебхук вимкнено`,
    why: {
      gone: 'Він відповів, що його більше немає (410).',
      failing: 'Він кілька днів нічого не приймав.',
    },
    lines: (host, path) => [
      `На вашу адресу ${host} події більше не надсилаються.`,
      `Пропущене деякий час зберігається: увімкніть вебхук через PATCH ${path}, потім надішліть ще раз через POST ${path}/replay.`,
    ],
  },
  ru: {
    subject: (business) => `${business}: вебхук отключён`,
    why: {
      gone: 'Он ответил, что его больше нет (410).',
      failing: 'Он несколько дней ничего не принимал.',
    },
    lines: (host, path) => [
      `На ваш адрес ${host} события больше не отправляются.`,
      `Пропущенное некоторое время хранится: включите вебхук через PATCH ${path}, затем отправьте снова через POST ${path}/replay.`,
    ],
  },
};

/** `host`: of the endpoint's URL, whose path may hold a secret. `language`: BCP 47. */
export const disabledMail = (
  language: string,
  about: { business: string; endpointId: string; host: string; reason: Reason },
): Letter => {
  const words = wordsIn(LANGUAGES, language);
  const [what, next] = words.lines(about.host, `/api/v1/webhook-endpoints/${about.endpointId}`);
  return letterOf(words.subject(about.business), [what ?? '', words.why[about.reason], next ?? '']);
};
