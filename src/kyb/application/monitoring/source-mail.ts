import { instantIn, type Letter, letterOf, wordsIn } from '#libs/mail';

interface Words {
  readonly subject: (business: string, source: string) => string;
  readonly lines: (source: string, since: string) => readonly string[];
}

const PATH = 'GET /api/v1/kyb/coverage';

const LANGUAGES: Readonly<{ en: Record<Kind, Words> } & Record<string, Record<Kind, Words>>> = {
  en: {
    stale: {
      subject: (business, source) => `${business}: the source ${source} says nothing`,
      lines: (source, since) => [
        `${source}, which your counterparties are checked against, has said nothing since ${since}.`,
        'What it said before goes on to count. Nobody is cleared by it until it answers again; you will be told.',
        `What everybody was last checked against: ${PATH}`,
      ],
    },
    recovered: {
      subject: (business, source) => `${business}: the source ${source} answers again`,
      lines: (source, since) => [
        `${source}, which had said nothing since ${since}, answers again.`,
        'Your counterparties are checked against it anew.',
        `What everybody was last checked against: ${PATH}`,
      ],
    },
  },
  de: {
    stale: {
      subject: (business, source) => `${business}: die Quelle ${source} antwortet nicht`,
      lines: (source, since) => [
        `${source}, wogegen Ihre Geschäftspartner geprüft werden, hat seit ${since} nicht geantwortet.`,
        'Was sie zuletzt sagte, zählt weiter. Entlastet wird dadurch niemand, bis sie wieder antwortet; Sie erfahren es.',
        `Wogegen alle zuletzt geprüft wurden: ${PATH}`,
      ],
    },
    recovered: {
      subject: (business, source) => `${business}: die Quelle ${source} antwortet wieder`,
      lines: (source, since) => [
        `${source} hatte seit ${since} nicht geantwortet und antwortet nun wieder.`,
        'Ihre Geschäftspartner werden erneut dagegen geprüft.',
        `Wogegen alle zuletzt geprüft wurden: ${PATH}`,
      ],
    },
  },
  uk: {
    stale: {
      subject: (business, source) => `${business}: джерело ${source} не відповідає`,
      lines: (source, since) => [
        `${source}, за яким перевіряються ваші контрагенти, не відповідає від ${since}.`,
        'Те, що воно повідомило раніше, лишається чинним. Доки воно не відповість, воно нікого не виправдовує; ми повідомимо.',
        `За чим кого востаннє перевірено: ${PATH}`,
      ],
    },
    recovered: {
      subject: (business, source) => `${business}: джерело ${source} знову відповідає`,
      lines: (source, since) => [
        `${source} не відповідало від ${since} і тепер відповідає знову.`,
        'Ваші контрагенти перевіряються за ним наново.',
        `За чим кого востаннє перевірено: ${PATH}`,
      ],
    },
  },
  ru: {
    stale: {
      subject: (business, source) => `${business}: источник ${source} не отвечает`,
      lines: (source, since) => [
        `${source}, по которому проверяются ваши контрагенты, не отвечает с ${since}.`,
        'То, что он сообщил раньше, остаётся в силе. Пока он не ответит, он никого не оправдывает; мы сообщим.',
        `По чему кто проверен в последний раз: ${PATH}`,
      ],
    },
    recovered: {
      subject: (business, source) => `${business}: источник ${source} снова отвечает`,
      lines: (source, since) => [
        `${source} не отвечал с ${since} и теперь отвечает снова.`,
        'Ваши контрагенты проверяются по нему заново.',
        `По чему кто проверен в последний раз: ${PATH}`,
      ],
    },
  },
};

type Kind = 'stale' | 'recovered';

/** As the authorities and registers are called everywhere. */
const NAMES: Readonly<Record<string, string>> = {
  eu: 'EU',
  ofac_sdn: 'OFAC SDN',
  ofac_cons: 'OFAC Consolidated',
  uk: 'UK',
  un: 'UN',
  vies: 'VIES',
  gleif: 'GLEIF',
  insolvency: 'insolvenzbekanntmachungen.de',
};

/** About a source that has gone dark, or is back. */
export const sourceMail = (
  kind: Kind,
  language: string,
  { business, source, since }: { business: string; source: string; since: Date },
): Letter => {
  const words = wordsIn(LANGUAGES, language)[kind];
  const name = NAMES[source] ?? source;
  return letterOf(words.subject(business, name), words.lines(name, instantIn(LANGUAGES, language, since)));
};
