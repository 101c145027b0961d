import { violationOf, type TurnEvidence } from './supervisor.js';

const none: TurnEvidence = {
  codes: new Set(),
  earlierCodes: new Set(),
  bookingSeen: false,
  changeSeen: false,
};
const made: TurnEvidence = {
  codes: new Set(['ABC234']),
  earlierCodes: new Set(),
  bookingSeen: true,
  changeSeen: false,
};

describe('violationOf', () => {
  it.each([
    'Great news, your manicure is booked for tomorrow at 15:00!',
    'Done! I have booked you in with Anna.',
    'Your booking is confirmed.',
    "You're all booked for Friday",
    'Ihr Termin ist für morgen um 15 Uhr gebucht.',
    'Ich habe Sie für Samstag eingetragen.',
    'Готово, вас записано на завтра о 15:00!',
    'Ваш запис підтверджено.',
    'Вы записаны на завтра.',
    'Готово, подтверждено!',
  ])('refuses a claim without a booking: %s', (text) => {
    expect(violationOf(text, none)).toBe('claims-booking');
    expect(violationOf(text, made)).toBeNull();
  });

  it.each([
    'Shall I book it for you?',
    'It is not booked yet. Please confirm.',
    'Once it is confirmed, I will send you the code.',
    'Der Termin ist noch nicht gebucht.',
    'Підтвердити запис?',
    'Запись еще не подтверждена.',
    'We can offer manicure tomorrow at 15:00 with Anna for 450 UAH.',
  ])('lets pass what claims nothing: %s', (text) => expect(violationOf(text, none)).toBeNull());

  it('refuses a code that no tool gave, and takes one that was given now or before', () => {
    expect(violationOf('Your code: XYZ789', none)).toBe('unknown-code');
    expect(violationOf('Ваш код: XYZ789', made)).toBe('unknown-code');
    expect(violationOf('Your code is ABC234', made)).toBeNull();
    expect(violationOf('As I said, code ABC234', { ...none, earlierCodes: new Set(['ABC234']) })).toBeNull();
    expect(violationOf('The code please', none)).toBeNull();
  });

  it.each([
    'The code is XY7Z89.',
    'Here is your booking code for the manicure: *XY7Z89*',
    'Your booking code is FD-4711.',
    'Ihr Buchungscode lautet QWRTZP.',
    'Ваш код бронювання: 7XK9PQ',
    'Код вашей записи — 7XK9PQ.',
    'Booking no. # 7XK9PQ',
    'Until then! 7XK9PQ',
    'your code is xy7z89',
  ])('finds the code however it is told: %s', (text) => expect(violationOf(text, made)).toBe('unknown-code'));

  it.each([
    'Please tell me the code of your booking.',
    'The code comes as soon as you confirm.',
    'Dress code: please no strong perfume, 24 hours before.',
    'Manicure 35 EUR, 60 minutes, at 15:00 with ANNA.',
    'Call us at +49 151 12345678.',
    'Код підкажу після підтвердження о 15:00.',
  ])('takes no ordinary word for a code: %s', (text) => expect(violationOf(text, made)).toBeNull());

  it.each([
    'Your booking is cancelled.',
    'I have moved your appointment to Friday.',
    'Ihr Termin wurde storniert.',
    'Ваш запис скасовано.',
    'Ваша запись перенесена на пятницу.',
  ])('refuses a change that no tool made: %s', (text) => {
    expect(violationOf(text, made)).toBe('claims-change');
    expect(violationOf(text, { ...none, changeSeen: true })).toBeNull();
  });

  it.each([
    'Shall I cancel it?',
    'It is not cancelled yet.',
    'Nach der Bestätigung ist nichts verschoben, wenn Sie Nein sagen.',
  ])('lets pass a change that is asked or denied: %s', (text) => expect(violationOf(text, none)).toBeNull());

  it('refuses an empty reply', () => expect(violationOf(' \n', made)).toBe('empty'));
});
