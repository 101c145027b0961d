import { DateTime } from 'luxon';
import { lexiconsFor, type Language } from './lexicon/index.js';
import { fold } from './text.js';
import { readWhen } from './when.js';

/** A Friday, ten in the morning in Kyiv. */
const now = DateTime.fromISO('2026-11-20T10:00', { zone: 'Europe/Kyiv' });
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** "2026-11-21 15:00", "2026-11-21 15:00-23:59", "2026-11-21..2026-11-22", "-" */
const read = (text: string, language: Language): string => {
  const when = readWhen(fold(text), lexiconsFor(language), now);
  if (!when) return '-';
  const { days, time } = when;
  const day = days ? (days.from === days.to ? days.from : `${days.from}..${days.to}`) : '';
  const hour = time ? ('at' in time ? clock(time.at) : `${clock(time.from)}-${clock(time.to)}`) : '';
  return `${day} ${hour}`.trim();
};

describe('readWhen', () => {
  it.each<[Language, string, string]>([
    ['en', 'Hi, can I book a manicure tomorrow at 15:00?', '2026-11-21 15:00'],
    ['en', 'tomorrow after three', '2026-11-21 15:00-23:59'],
    ['en', 'tomorrow after 3pm', '2026-11-21 15:00-23:59'],
    ['en', 'next friday morning', '2026-11-27 06:00-12:00'],
    ['en', 'friday at 11', '2026-11-27 11:00'],
    ['en', 'on the 25th', '2026-11-25'],
    ['en', 'on the 3rd', '2026-12-03'],
    ['en', 'November 25 at 4pm', '2026-11-25 16:00'],
    ['en', 'on 3 December at 9', '2026-12-03 09:00'],
    ['en', '25.11.', '2026-11-25'],
    ['en', '25/11 at 14.30', '2026-11-25 14:30'],
    ['en', 'in two hours', '2026-11-20 12:00-23:59'],
    ['en', 'today', '2026-11-20'],
    ['en', 'at 3', '15:00'],
    ['en', '3pm', '15:00'],
    ['en', '9 am tomorrow', '2026-11-21 09:00'],
    ['en', 'at half past three', '15:30'],
    ['en', 'quarter to four', '15:45'],
    ['en', 'day after tomorrow at noon', '2026-11-22 12:00'],
    ['en', 'between 2 and 5 pm tomorrow', '2026-11-21 14:00-17:00'],
    ['en', 'from 10 to 12 on monday', '2026-11-23 10:00-12:00'],
    ['en', 'this weekend', '2026-11-21..2026-11-22'],
    ['en', 'next week in the afternoon', '2026-11-23..2026-11-29 12:00-18:00'],
    ['en', 'no, Friday instead', '2026-11-27'],
    ['en', 'not tomorrow, on Monday', '2026-11-23'],
    ['en', 'can I move my appointment to Friday at 11', '2026-11-27 11:00'],
    ['en', 'tonight', '2026-11-20 17:00-23:00'],
    ['en', 'good morning', '-'],
    ['en', 'may I book a manicure?', '-'],
    ['en', 'a manicure for 2 people', '-'],
    ['en', 'the second one', '-'],
    ['de', 'morgen um 15 Uhr', '2026-11-21 15:00'],
    ['de', 'übermorgen um halb vier', '2026-11-22 15:30'],
    ['de', 'morgen früh', '2026-11-21 06:00-12:00'],
    ['de', 'am Samstag nachmittags', '2026-11-21 12:00-18:00'],
    ['de', 'Samstag Nachmittag', '2026-11-21 12:00-18:00'],
    ['de', 'am 25. November', '2026-11-25'],
    ['de', 'am 25.', '2026-11-25'],
    ['de', 'am 25.11. um 10.30 Uhr', '2026-11-25 10:30'],
    ['de', 'morgen nach drei', '2026-11-21 15:00-23:59'],
    ['de', 'Freitag um 11', '2026-11-27 11:00'],
    ['de', 'nächsten Freitag', '2026-11-27'],
    ['de', 'nächste Woche', '2026-11-23..2026-11-29'],
    ['de', 'in zwei Stunden', '2026-11-20 12:00-23:59'],
    ['de', 'heute Abend', '2026-11-20 17:00-23:00'],
    ['de', 'zwischen 14 und 17 Uhr', '14:00-17:00'],
    ['de', 'viertel nach drei', '15:15'],
    ['de', 'ab 16 Uhr', '16:00-23:59'],
    ['de', 'Guten Morgen', '-'],
    ['de', 'den zweiten bitte', '-'],
    ['de', 'Können Sie das so machen?', '-'],
    ['uk', 'завтра в 15:00', '2026-11-21 15:00'],
    ['uk', 'завтра о 15', '2026-11-21 15:00'],
    ['uk', 'завтра після третьої', '2026-11-21 15:00-23:59'],
    ['uk', 'на суботу', '2026-11-21'],
    ['uk', 'у суботу зранку', '2026-11-21 06:00-12:00'],
    ['uk', '25 листопада', '2026-11-25'],
    ['uk', 'на 25 листопада о 10', '2026-11-25 10:00'],
    ['uk', '25-го', '2026-11-25'],
    ['uk', 'в п’ятницю об 11', '2026-11-27 11:00'],
    ['uk', 'наступної п’ятниці', '2026-11-27'],
    ['uk', 'о пів на четверту', '15:30'],
    ['uk', 'о третій', '15:00'],
    ['uk', 'з 14 до 17', '14:00-17:00'],
    ['uk', 'через дві години', '2026-11-20 12:00-23:59'],
    ['uk', 'сьогодні ввечері', '2026-11-20 17:00-23:00'],
    ['uk', 'наступного тижня', '2026-11-23..2026-11-29'],
    ['uk', 'на вихідних', '2026-11-21..2026-11-22'],
    ['uk', 'Доброго ранку', '-'],
    ['ru', 'завтра в 15:00', '2026-11-21 15:00'],
    ['ru', 'завтра после трёх', '2026-11-21 15:00-23:59'],
    ['ru', 'в субботу утром', '2026-11-21 06:00-12:00'],
    ['ru', 'на субботу', '2026-11-21'],
    ['ru', 'послезавтра в 15', '2026-11-22 15:00'],
    ['ru', '25 ноября в три', '2026-11-25 15:00'],
    ['ru', 'завтра в 3 часа дня', '2026-11-21 15:00'],
    ['ru', 'завтра в 9 утра', '2026-11-21 09:00'],
    ['ru', 'через два часа', '2026-11-20 12:00-23:59'],
    ['ru', 'в половине четвёртого', '15:30'],
    ['ru', 'в следующую пятницу', '2026-11-27'],
    ['ru', 'с 14 до 17', '14:00-17:00'],
    ['ru', 'до 12', '00:00-12:00'],
    ['ru', 'Добрый вечер', '-'],
    ['ru', 'второй', '-'],
    ['ru', 'не завтра, а в понедельник', '2026-11-23'],
  ])('reads %s "%s" as %s', (language, text, expected) => {
    expect(read(text, language)).toBe(expected);
  });
});
