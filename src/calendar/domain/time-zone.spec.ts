import { formatLocalDate, MinuteFormatter, parseLocalDate, toEpochMinute, weekdayOf } from './local-date.js';
import { rangeOf } from './slot-range.js';
import { TimeZone } from './time-zone.js';

const utcOf = (zone: string, local: string): string => {
  const [date = '', time = ''] = local.split('T');
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new MinuteFormatter().iso(
    TimeZone.of(zone).toUtc(parseLocalDate(date) ?? NaN, hours * 60 + minutes),
  );
};

describe('TimeZone', () => {
  // As Temporal's "compatible": a skipped time moves forward, of a repeated one the first is meant.
  it.each([
    ['Europe/Kyiv', '2026-11-23T09:00', '2026-11-23T07:00:00.000Z'],
    ['Europe/Kyiv', '2026-03-29T03:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Kyiv', '2026-10-25T03:30', '2026-10-25T00:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
    ['Asia/Kathmandu', '2026-06-01T00:00', '2026-05-31T18:15:00.000Z'],
    ['America/St_Johns', '2026-03-08T02:30', '2026-03-08T06:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30T09:00', '2011-12-30T19:00:00.000Z'],
    ['UTC', '2028-02-29T24:00', '2028-03-01T00:00:00.000Z'],
  ])('in %s reads %s as %s', (zone, local, utc) => {
    expect(utcOf(zone, local)).toBe(utc);
  });

  it('knows the local date of an instant', () => {
    const minute = toEpochMinute(new Date('2026-11-23T22:30:00Z'));
    expect(formatLocalDate(TimeZone.of('Europe/Kyiv').dayOf(minute))).toBe('2026-11-24');
    expect(formatLocalDate(TimeZone.of('America/New_York').dayOf(minute))).toBe('2026-11-23');
  });

  it.each(['', 'Mars/Base', '+02:00', 'EST5EDT; DROP', 'Europe/Kyiv '])('refuses the name "%s"', (name) => {
    expect(() => TimeZone.of(name, 'timeZone')).toThrow(
      expect.objectContaining({ code: 'calendar.unknown_time_zone' }),
    );
  });
});

describe('local dates', () => {
  it.each(['2026-02-29', '2026-13-01', '26-01-01', '2026-1-1', '2026-01-01T00:00Z'])('refuse %s', (text) => {
    expect(parseLocalDate(text)).toBeNull();
  });

  it('know their weekday, also before 1970', () => {
    expect(weekdayOf(parseLocalDate('2026-11-23') ?? NaN)).toBe(1);
    expect(weekdayOf(parseLocalDate('1969-12-28') ?? NaN)).toBe(7);
  });

  it('make a range that includes its last date, at most 62 of them', () => {
    const zone = TimeZone.of('Europe/Kyiv');
    const date = (text: string) => ({ date: parseLocalDate(text) ?? NaN });
    const range = rangeOf(zone, date('2026-10-25'), date('2026-10-25'));
    expect(range.to - range.from).toBe(25 * 60);
    expect(() => rangeOf(zone, date('2026-10-01'), date('2026-12-01'))).not.toThrow();
    expect(() => rangeOf(zone, date('2026-10-01'), date('2026-12-02'))).toThrow(
      expect.objectContaining({ code: 'calendar.invalid_range' }),
    );
  });
});
