import { violationOf, type TurnEvidence } from './supervisor.js';

const none: TurnEvidence = { codes: new Set(), earlierCodes: new Set(), bookingSeen: false };
const made: TurnEvidence = { codes: new Set(['ABC234']), earlierCodes: new Set(), bookingSeen: true };

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

  it('refuses an empty reply', () => expect(violationOf(' \n', made)).toBe('empty'));
});
