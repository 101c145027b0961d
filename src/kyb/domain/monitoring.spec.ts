import { type LastLook, type Looks, nextLook, sourcesDue } from './monitoring.js';
import { LISTS } from './sources.js';

const DAY = 86_400_000;
const NOW = new Date('2026-11-20T12:00:00Z');
const ago = (days: number): Date => new Date(NOW.getTime() - days * DAY);
const row = (source: string, state: string, days: number, over: Partial<LastLook> = {}): LastLook => ({
  source,
  state,
  reason: null,
  listNumber: (LISTS as readonly string[]).includes(source) ? 3 : null,
  attemptedAt: ago(days),
  ...over,
});
/** Everything was asked so many days ago, and answered. */
const asked = (days: number, over: Partial<Looks> = {}, rows: readonly LastLook[] = []): Looks => ({
  kind: 'organisation',
  country: 'AT',
  schedule: 'weekly',
  everyDays: null,
  screened: new Map([['eu', 3]]),
  ...over,
  covered: [
    ...LISTS.map((list) => row(list, 'no_hits', days)),
    row('vies', 'valid', days),
    row('gleif', 'not_applicable', days),
    row('insolvency', 'no_notice_found', days),
  ].map((each) => rows.find(({ source }) => source === each.source) ?? each),
});

describe('a counterparty that is due', () => {
  it('is asked about everywhere at first, and when its time has come', () => {
    const all = ['screening', 'vies', 'gleif', 'insolvency'];
    expect(sourcesDue({ ...asked(0), covered: [] }, NOW)).toEqual(all);
    expect(sourcesDue(asked(7), NOW)).toEqual(all);
    expect(sourcesDue(asked(6), NOW)).toEqual([]);
    expect(nextLook('vies', asked(6), NOW)).toEqual(new Date(NOW.getTime() + DAY));
  });

  it('is asked about where there was no answer, and nowhere else', () => {
    const out = row('vies', 'not_checked', 0, { reason: 'kyb.vies_ms_unavailable' });
    expect(sourcesDue(asked(3, {}, [out]), NOW)).toEqual(['vies']);
    const off = row('vies', 'not_checked', 0, { reason: 'kyb.source_off' });
    expect(sourcesDue(asked(3, {}, [off]), NOW)).toEqual([]);
  });

  it('keeps the times of the others when one was asked in between', () => {
    const looks = asked(6.99, {}, [row('vies', 'valid', 1)]);
    expect(sourcesDue(looks, NOW)).toEqual(['screening', 'gleif', 'insolvency']);
  });

  it('is screened when it is behind an edition, or was changed', () => {
    expect(sourcesDue(asked(1, { screened: new Map([['eu', 4]]) }), NOW)).toEqual(['screening']);
    const changed = row('un', 'unknown', 1, { reason: 'kyb.counterparty_changed', listNumber: null });
    expect(sourcesDue(asked(1, {}, [changed]), NOW)).toEqual(['screening']);
    // A list that never came is behind nothing.
    const never = row('un', 'not_checked', 1, { reason: 'kyb.list_not_loaded', listNumber: null });
    expect(sourcesDue(asked(1, {}, [never]), NOW)).toEqual([]);
  });

  it('is looked for among the notices every week at least, apart from the others, if it can be there', () => {
    const german = { country: 'DE', schedule: 'custom', everyDays: 30 } as const;
    expect(nextLook('insolvency', asked(5, german), NOW)).toEqual(new Date(NOW.getTime() + 2 * DAY));
    expect(nextLook('vies', asked(5, german), NOW)).toEqual(new Date(NOW.getTime() + 25 * DAY));
    expect(nextLook('insolvency', asked(1, { ...german, everyDays: 2 }), NOW)).toEqual(
      new Date(NOW.getTime() + DAY),
    );
    expect(sourcesDue(asked(30, german), NOW)).toEqual(['screening', 'vies', 'gleif']);
    expect(sourcesDue(asked(30, { ...german, country: 'AT' }), NOW)).toHaveLength(4);
  });

  it('is asked about when somebody wants it, without a schedule', () => {
    expect(nextLook('vies', asked(400, { schedule: 'off' }), NOW)).toBeNull();
    expect(sourcesDue(asked(400, { schedule: 'off' }), NOW)).toEqual([]);
  });
});
