import { ANNA, OLENA, SERVICES, SalonSimulator } from './offline-model.simulator.spec-support.js';

const salon = (language = 'en'): SalonSimulator => {
  const simulator = new SalonSimulator();
  simulator.language = language;
  return simulator;
};

interface Conversation {
  name: string;
  language: string;
  says: string[];
  service: keyof typeof SERVICES;
  at: string;
  staff?: string;
  reply: RegExp;
}

const conversations: Conversation[] = [
  {
    name: 'en: all at once, then yes',
    language: 'uk',
    says: ['Hi, can I book a manicure tomorrow at 15:00?', 'yes'],
    service: 'manicure',
    at: '2026-11-21T15:00',
    reply: /^Booked! Your code is ABC\w34\. Manicure, Sat 21 November, 15:00 with Anna, 450 UAH/,
  },
  {
    name: 'en: piece by piece, choosing by number',
    language: 'en',
    says: [
      'Hello',
      'I would like an appointment',
      'pedicure',
      'next friday morning',
      'the second one',
      'ok 👍',
    ],
    service: 'pedicure',
    at: '2026-11-27T10:00',
    reply: /^Booked!.*Fri 27 November, 10:00 with Anna, 600 UAH/s,
  },
  {
    name: 'en: with a person, time first',
    language: 'en',
    says: ['tomorrow at half past three', 'a manicure with Olena please', 'sure, go ahead'],
    service: 'manicure',
    at: '2026-11-21T15:30',
    staff: OLENA,
    reply: /^Booked!.*15:30 with Olena/s,
  },
  {
    name: 'en: change of day, of service and of person on the way',
    language: 'en',
    says: [
      'manicure tomorrow at 3pm',
      'no, on Monday instead',
      'actually with Olena',
      'can I have a massage instead?',
      'yes',
    ],
    service: 'massage',
    at: '2026-11-23T15:00',
    staff: OLENA,
    reply: /^Booked!.*Relaxing massage, Mon 23 November, 15:00 with Olena, 900 UAH/s,
  },
  {
    name: 'de: Preis, Auswahl, halb vier',
    language: 'uk',
    says: [
      'Hallo, was kostet ein Haarschnitt?',
      'den zweiten',
      'übermorgen um halb vier',
      'Montag um halb vier',
      'ja gern',
    ],
    service: 'mensHaircut',
    at: '2026-11-23T15:30',
    reply: /^Gebucht! Ihr Code ist ABC\w34\. Men's haircut, Mo\., 23\. November, 15:30 bei Olena, 500 UAH/,
  },
  {
    name: 'de: bei Anna am Samstagnachmittag, später',
    language: 'de',
    says: [
      'Guten Tag, ich hätte gerne eine Maniküre bei Anna am Samstag nachmittags',
      '14:00',
      'etwas später',
      '1',
      'passt',
    ],
    service: 'manicure',
    at: '2026-11-21T14:30',
    staff: ANNA,
    reply: /^Gebucht!.*14:30 bei Anna/s,
  },
  {
    name: 'uk: після третьої, другий варіант',
    language: 'en',
    says: ['Привіт! Хочу записатися на манікюр', 'завтра після третьої', 'другий', 'так'],
    service: 'manicure',
    at: '2026-11-21T16:00',
    reply: /^Записано! Ваш код ABC\w34\. Manicure, сб, 21 листопада, 16:00, майстер Anna, 450 UAH/,
  },
  {
    name: 'uk: до Анни на дату',
    language: 'uk',
    says: ['Доброго дня! Запишіть мене до Анни на манікюр 25 листопада о 10', 'підтверджую'],
    service: 'manicure',
    at: '2026-11-25T10:00',
    staff: ANNA,
    reply: /^Записано!.*ср, 25 листопада, 10:00/s,
  },
  {
    name: 'uk: фарбування без імені послуги, інший день',
    language: 'uk',
    says: ['скільки коштує фарбування?', 'можна завтра о 12?', 'ні, давайте у вівторок', 'добре'],
    service: 'colouring',
    at: '2026-11-24T12:00',
    reply: /^Записано!.*вт, 24 листопада, 12:00, майстер Olena, 1800 UAH/s,
  },
  {
    name: 'ru: к Анне в субботу утром, второй',
    language: 'uk',
    says: ['Здравствуйте! Хочу записаться к Анне на маникюр', 'в субботу утром', 'второй', 'да'],
    service: 'manicure',
    at: '2026-11-21T10:00',
    staff: ANNA,
    reply: /^Записано! Ваш код ABC\w34\. Manicure, сб, 21 ноября, 10:00, мастер Anna, 450 UAH/,
  },
  {
    name: 'ru: ближайшее время',
    language: 'en',
    says: ['Добрый день, запишите на массаж на ближайшее время', 'первое', 'давайте'],
    service: 'massage',
    at: '2026-11-20T10:30',
    reply: /^Записано!.*Relaxing massage, пт, 20 ноября, 10:30/s,
  },
  {
    name: 'ru: вопрос о цене, пока время держится',
    language: 'ru',
    says: ['маникюр завтра в 3 часа дня', 'а сколько это стоит?', 'хорошо, записывайте'],
    service: 'manicure',
    at: '2026-11-21T15:00',
    reply: /^Записано!/,
  },
];

describe('OfflineModel in whole conversations', () => {
  it.each(conversations)('books: $name', async ({ language, says, service, at, staff, reply }) => {
    const simulator = salon(language);
    for (const text of says.slice(0, -1)) {
      expect(await simulator.say(text)).not.toMatch(/ABC\w34/);
      expect(simulator.confirmed()).toEqual([]);
    }
    expect(await simulator.say(says.at(-1) ?? '')).toMatch(reply);
    const [booking, ...others] = simulator.confirmed();
    expect(others).toEqual([]);
    expect(booking).toMatchObject({
      serviceId: SERVICES[service].id,
      local: at,
      ...(staff && { staffId: staff }),
    });
  });
});
