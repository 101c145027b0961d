import { formatIntervals, parseIntervals, unionOf } from './working-hours.js';

const refusal = (...times: [string, string][]) => {
  try {
    parseIntervals(
      times.map(([from, to]) => ({ from, to })),
      '/intervals',
    );
    return null;
  } catch (error) {
    return error;
  }
};

describe('wall-clock intervals', () => {
  it('are read in any order, touching or not, to the end of the day', () => {
    const intervals = parseIntervals(
      [
        { from: '14:00', to: '24:00' },
        { from: '00:00', to: '09:30' },
        { from: '09:30', to: '13:05' },
      ],
      '/intervals',
    );
    expect(intervals).toEqual([
      [0, 570],
      [570, 785],
      [840, 1440],
    ]);
    expect(formatIntervals(intervals).at(-1)).toEqual({ from: '14:00', to: '24:00' });
  });

  it.each([
    ['an impossible time', '/intervals/0/from', ['25:00', '26:00']],
    ['24:01', '/intervals/0/to', ['09:00', '24:01']],
    ['an end before the start', '/intervals/0/to', ['22:00', '02:00']],
    ['no length', '/intervals/0/to', ['09:00', '09:00']],
  ] as [string, string, [string, string]][])('refuse %s', (_, pointer, times) => {
    expect(refusal(times)).toMatchObject({
      code: 'calendar.invalid_hours',
      options: { errors: [{ pointer }] },
    });
  });

  it('refuse an overlap', () => {
    expect(refusal(['09:00', '13:00'], ['12:59', '18:00'])).toMatchObject({ code: 'calendar.invalid_hours' });
  });

  it('unite into what any of them covers', () => {
    expect(
      unionOf([
        [540, 720],
        [600, 660],
        [720, 780],
        [60, 120],
      ]),
    ).toEqual([
      [60, 120],
      [540, 780],
    ]);
  });
});
