import { DateTime } from 'luxon';
import { ANNA, OLENA, SERVICES, SalonSimulator } from './offline-model.simulator.spec-support.js';

const salon = (language = 'en'): SalonSimulator => {
  const simulator = new SalonSimulator();
  simulator.language = language;
  return simulator;
};

const talk = async (simulator: SalonSimulator, texts: readonly string[]): Promise<string> => {
  let reply = '';
  for (const text of texts) reply = await simulator.say(text);
  return reply;
};

describe('OfflineModel', () => {
  it('takes a burst of messages as one', async () => {
    const simulator = salon();
    expect(await simulator.say('Hi', 'can I book a manicure', 'tomorrow at 15:00')).toMatch(
      /15:00 with Anna, 450 UAH\. Shall I book it\?/,
    );
  });

  it('uses the only service there is', async () => {
    const simulator = salon();
    simulator.services = [SERVICES.massage];
    expect(await simulator.say('can I come tomorrow at 12?')).toMatch(
      /^Relaxing massage, Sat 21 November, 12:00/,
    );
  });

  it('asks which of several services is meant', async () => {
    expect(await salon().say('a haircut on Monday at 10')).toBe(
      "Which one do you mean?\n1. Women's haircut: 700 UAH (60 min)\n2. Men's haircut: 500 UAH (30 min)",
    );
  });

  it('offers the nearest free times when the wished one is busy', async () => {
    const simulator = salon();
    simulator.busy.add('2026-11-21T15:00');
    const reply = await simulator.say('manicure tomorrow at 15:00');
    expect(reply.match(/\d\d:\d\d/g)).toEqual(['14:00', '14:30', '15:30', '16:00', '16:30']);
    expect(await talk(simulator, ['16:30', 'yes'])).toMatch(/^Booked!.*16:30/s);
  });

  it('offers the next days when nothing is free that day', async () => {
    const simulator = salon();
    simulator.busy.add('2026-11-21');
    expect(await simulator.say('manicure tomorrow at 15:00')).toMatch(
      /nothing free then[^]*1\. Mon 23 November, 09:00/,
    );
  });

  it('offers a person when there is nothing free for weeks', async () => {
    const simulator = salon().override(
      'find_slots',
      ...Array.from({ length: 6 }, () => ({ slots: [], truncated: false })),
    );
    expect(await simulator.say('manicure tomorrow at 15:00')).toMatch(/no free time.*colleague\?$/s);
    expect(await simulator.say('yes')).toMatch(/passed your conversation on/);
    expect(simulator.calls.at(-1)?.name).toBe('hand_over');
  });

  it('offers the alternatives when the slot is taken at the hold', async () => {
    const alternative = {
      local: '2026-11-21T17:00',
      startsAt: '2026-11-21T15:00:00Z',
      staffIds: [ANNA],
      staffNames: ['Anna'],
    };
    const simulator = salon('de').override('hold_slot', {
      error: { code: 'calendar.slot_taken', message: 'taken', alternatives: [alternative] },
    });
    expect(await simulator.say('Maniküre morgen um 15 Uhr bitte')).toMatch(
      /gerade vergeben[^]*1\. Sa\., 21\. November, 17:00 bei Anna/,
    );
    expect(await talk(simulator, ['1', 'ja'])).toMatch(/^Gebucht!.*17:00/s);
  });

  it('looks again and apologises when the hold has expired, and books only on a new yes', async () => {
    const simulator = salon('uk').override('confirm_booking', {
      error: { code: 'calendar.hold_expired', message: 'expired' },
    });
    const reply = await talk(simulator, ['манікюр завтра о 15:00', 'так']);
    expect(reply).toMatch(/^Перепрошую.*15:00.*Записати вас\?$/s);
    expect(simulator.confirmed()).toEqual([]);
    expect(await simulator.say('так')).toMatch(/^Записано!/);
    expect(simulator.confirmed()).toHaveLength(1);
  });

  it('lets go of a hold on "no"', async () => {
    const simulator = salon('ru');
    expect(await talk(simulator, ['маникюр завтра в 15:00', 'нет, спасибо'])).toMatch(/^Хорошо/);
    expect(await simulator.say('да')).not.toMatch(/ABC/);
    expect(simulator.confirmed()).toEqual([]);
  });

  it.each([
    'Can Olena do it?',
    'Good evening',
    'Bitte warten Sie',
    'well I wonder about the parking at your place and whether it is ok if I come by car',
    'how much is it?',
    'a later one',
    'yes, but at 17:00',
    'к другому мастеру',
    'не знаю',
  ])('does not take "%s" for a yes to the held slot', async (text) => {
    const simulator = salon();
    await talk(simulator, ['manicure tomorrow at 15:00', text]);
    expect(simulator.calls.map(({ name }) => name)).not.toContain('confirm_booking');
  });

  it('moves on to the next days when there is nothing later', async () => {
    const simulator = salon();
    expect(await talk(simulator, ['manicure tomorrow at 18:30', 'later please'])).toMatch(
      /1\. Mon 23 November, 09:00/,
    );
  });

  it('counts "an hour later" from the appointment', async () => {
    const simulator = salon('uk');
    simulator.book(SERVICES.manicure.id, ANNA, '2026-11-23T12:00');
    expect(await simulator.say('можна перенести запис на годину пізніше?')).toMatch(
      /1\. пн, 23 листопада, 12:30/,
    );
  });

  it('books with another person on request', async () => {
    const simulator = salon('ru');
    expect(await talk(simulator, ['маникюр завтра в 15:00', 'можно к другому мастеру?'])).toMatch(
      /15:00, мастер Olena/,
    );
  });

  it('asks when two services are named', async () => {
    const reply = await salon().say('a manicure for me and a haircut for my husband tomorrow');
    expect(reply).toMatch(/^Which one do you mean\?\n1\. Manicure/);
    expect(reply).toMatch(/Women's haircut/);
  });

  it.each([
    [
      'cancel my appointment',
      /^Your appointment has been cancelled: Manicure, Mon 23 November, 12:00 \(code ABCA34\)/,
    ],
    ["I can't come on Monday, please cancel", /^Your appointment has been cancelled/],
    ['Bitte stornieren Sie meinen Termin', /^Ihr Termin ist storniert/],
    ['скасуйте, будь ласка, мій запис', /^Ваш запис скасовано/],
    ['отмените мою запись', /^Ваша запись отменена/],
  ])('cancels the only booking: %s', async (text, expected) => {
    const simulator = salon();
    simulator.book(SERVICES.manicure.id, ANNA, '2026-11-23T12:00');
    expect(await simulator.say(text)).toMatch(expected);
    expect(simulator.confirmed()).toEqual([]);
  });

  it.each([
    ['What happens if I cancel my appointment?'],
    ["I don't want to cancel my appointment"],
    ['Я не хочу скасовувати запис'],
  ])('does not cancel on a mere mention: %s', async (text) => {
    const simulator = salon();
    simulator.book(SERVICES.manicure.id, ANNA, '2026-11-23T12:00');
    await talk(simulator, [text, 'no']);
    expect(simulator.confirmed()).toHaveLength(1);
  });

  it.each([
    ['the second one', 'massage'],
    ['massage', 'massage'],
    ['the one on Monday', 'manicure'],
    ['ABCB34', 'massage'],
  ] as const)('asks which of several bookings to cancel, answered by "%s"', async (answer, gone) => {
    const simulator = salon();
    simulator.book(SERVICES.manicure.id, ANNA, '2026-11-23T12:00');
    simulator.book(SERVICES.massage.id, OLENA, '2026-11-24T12:00');
    expect(await simulator.say('I need to cancel')).toMatch(
      /^Which appointment[^]*1\. Manicure[^]*2\. Relaxing massage/,
    );
    expect(simulator.confirmed()).toHaveLength(2);
    await simulator.say(answer);
    expect(simulator.bookings.find(({ status }) => status === 'cancelled')?.serviceId).toBe(
      SERVICES[gone].id,
    );
    expect(simulator.confirmed()).toHaveLength(1);
  });

  it.each([
    [
      ['can I move my appointment to Friday at 11'],
      '2026-11-27T11:00',
      /^Your appointment has been moved.*Fri 27 November, 11:00/s,
    ],
    [
      ['Ich möchte meinen Termin verschieben', 'am Dienstag um 11'],
      '2026-11-24T11:00',
      /^Ihr Termin ist verschoben/,
    ],
    [['перенесіть мій запис на середу', 'третій'], '2026-11-25T13:30', /^Ваш запис перенесено/],
    [['хочу перенести запись', 'на вторник на 16:30'], '2026-11-24T16:30', /^Ваша запись перенесена/],
  ])('reschedules: %j', async (says, at, expected) => {
    const simulator = salon();
    simulator.book(SERVICES.manicure.id, ANNA, '2026-11-23T12:00');
    expect(await talk(simulator, says)).toMatch(expected);
    expect(simulator.confirmed()).toMatchObject([{ local: at }]);
  });

  it('moves what was just booked on "Friday at 12 instead"', async () => {
    const simulator = salon();
    await talk(simulator, ['manicure tomorrow at 15:00', 'yes', 'oh, Friday at 12 instead']);
    expect(simulator.confirmed()).toMatchObject([{ local: '2026-11-27T12:00' }]);
  });

  it('shows the bookings of the customer', async () => {
    const simulator = salon();
    expect(await simulator.say('show my bookings')).toMatch(/no coming appointments/);
    simulator.book(SERVICES.manicure.id, ANNA, '2026-11-23T12:00');
    expect(await simulator.say('мої записи')).toMatch(
      /^Ваші майбутні записи:\n1\. Manicure, пн, 23 листопада, 12:00, Anna/,
    );
  });

  it.each([
    ['I want to talk to a human', /passed your conversation on/],
    ['Ich möchte mit einem Mitarbeiter sprechen', /an unser Team weitergegeben/],
    ['поклич, будь ласка, людину', /передав вашу розмову/],
    ['позовите оператора', /передал ваш разговор/],
    ['менеджер', /передав|передал/],
  ])('hands over: %s', async (text, expected) => {
    const simulator = salon('uk');
    expect(await simulator.say(text)).toMatch(expected);
    expect(simulator.calls.map(({ name }) => name)).toEqual(['hand_over']);
  });

  it.each([
    ['Hello!', /^Hello! I am the automatic assistant of Salon Lotus\./],
    ['Guten Morgen', /^Guten Tag! Ich bin der automatische Assistent von Salon Lotus\./],
    ['Добрий вечір', /^Вітаю! Я автоматичний асистент «Salon Lotus»\./],
    ['Здравствуйте', /^Здравствуйте! Я автоматический ассистент «Salon Lotus»\./],
    ['how much is a manicure?', /^Manicure: 450 UAH \(60 min\)/],
    ['Was kostet eine Maniküre?', /^Manicure: 450 UAH/],
    ['скільки коштує манікюр', /^Manicure: 450 UAH/],
    ['сколько стоит маникюр', /^Manicure: 450 UAH/],
    ['What services do you offer?', /^Our services:[^]*6\. Relaxing massage: 900 UAH/],
    ['Wer arbeitet bei euch?', /^Bei uns arbeiten:\n1\. Anna\n2\. Olena/],
    ['хто робить педикюр?', /^Pedicure роблять:\n1\. Anna$/],
    ['When are you open?', /^Our opening hours:\nMon–Sat: 09:00–19:00\nSun: closed/],
    ['Вы работаете в воскресенье?', /^вс, 22 ноября: закрыто/],
    ['are you a robot?', /automatic assistant of Salon Lotus, not a person/],
    ['Danke!', /^Sehr gern!/],
    ['до побачення', /^До побачення/],
    ['[image]', /cannot look at pictures/],
    ['[voice message]', /voice messages/],
    ['🦄', /did not understand/],
    ['', /did not understand/],
    ['Bonjour, je voudrais prendre un rendez-vous', /automatic assistant/],
  ])('answers "%s"', async (text, expected) => {
    const language = /^[А-яіїєґ]/u.test(text) ? 'uk' : 'en';
    expect(await salon(language).say(text)).toMatch(expected);
  });

  it('reads times in the zone of the business, at night too', async () => {
    const simulator = salon();
    simulator.now = DateTime.fromISO('2026-11-21T00:30', { zone: 'Europe/Kyiv' });
    expect(await simulator.say('manicure tomorrow at 9')).toMatch(/nothing free then/);
    expect(await simulator.say('today at 9')).toMatch(/Sat 21 November, 09:00/);
  });

  it('takes up a dialogue of which only another model made the calls', async () => {
    const simulator = salon();
    const hold = {
      holdId: 'cb2f0e0e-0000-4000-8000-000000000001',
      serviceName: 'Manicure',
      staffName: 'Anna',
      local: '2026-11-21T15:00',
      priceText: '450 UAH',
    };
    simulator.messages.push(
      { role: 'user', text: 'Something for my hands, whenever Anna is in' },
      {
        role: 'assistant',
        text: null,
        toolCalls: [{ id: 'x', name: 'hold_slot', arguments: `{"serviceId":"${SERVICES.manicure.id}"` }],
      },
      { role: 'tool', toolCallId: 'x', content: JSON.stringify(hold) },
      { role: 'assistant', text: 'Saturday at three?', toolCalls: [] },
    );
    simulator.override('confirm_booking', { ...hold, bookingId: 'b', code: 'XYZ789' });
    expect(await simulator.say('yes please')).toMatch(/Your code is XYZ789/);
  });
});
