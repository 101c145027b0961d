import { ALL_DATA_CLASSES, isDataClass } from '#libs/privacy';
import { holdOver, type LegalHold, stateAfter } from './data-request.js';
import { legalMinimum } from './legal-minimums.js';
import { assertRetention, DEFAULT_DAYS, rulesFor } from './retention-policy.js';

const rejection = (days: Record<string, number | null>, country = 'DE') => {
  try {
    assertRetention(days, country);
    return [];
  } catch (error) {
    return (error as { options: { errors: { pointer: string; detail: string }[] } }).options.errors;
  }
};

describe('retention', () => {
  it('names classes that exist', () => {
    expect(Object.keys(DEFAULT_DAYS).filter((name) => !isDataClass(name))).toEqual([]);
    expect(ALL_DATA_CLASSES).toContain('messages');
  });

  it('never falls below what the law of the country asks, and says which law', () => {
    expect(rejection({ invoices: 2_921 })).toEqual([
      { pointer: '/days/invoices', detail: expect.stringMatching(/at least 2922 days.*§ 147\(3\) AO/) },
    ]);
    expect(rejection({ invoices: 2_922 })).toEqual([]);
    expect(rejection({ audit: 3_652 })).toHaveLength(1);
    expect(rejection({ invoices: 2_558 }, 'AT')).toHaveLength(0);
    expect(legalMinimum('invoices', 'XX')?.days).toBe(3_653);
    expect(legalMinimum('messages', 'DE')).toBeUndefined();
  });

  it('refuses what is no number of days, and classes that nobody knows', () => {
    expect(rejection({ messages: 0 })).toHaveLength(1);
    expect(rejection({ messages: 90.5 })).toHaveLength(1);
    expect(rejection({ messages: 1e9 })).toHaveLength(1);
    expect(rejection({ messages: 7 })).toHaveLength(1);
    expect(rejection({ __proto__x: 7 })).toHaveLength(1);
    expect(rejection({ messages: null })).toEqual([]);
  });

  it('raises what was set before a minimum rose', () => {
    const rule = rulesFor({ invoices: 100 }, 'CH').find(({ dataClass }) => dataClass === 'invoices');
    expect(rule).toMatchObject({ days: 3_653, minimumDays: 3_653 });
  });
});

describe('a request under holds', () => {
  const hold = (dataClasses: LegalHold['dataClasses']): LegalHold => ({ dataClasses }) as LegalHold;

  it('is refused, partly done or done', () => {
    const done = { state: 'done', what: 'deleted' } as const;
    const kept = { state: 'done', what: 'kept' } as const;
    const held = { state: 'held', what: 'kept' } as const;
    expect(stateAfter([done, kept])).toBe('completed');
    expect(stateAfter([held, done])).toBe('partially_completed');
    expect(stateAfter([held, kept])).toBe('refused_by_hold');
  });

  it('is held in the classes of the hold, or in all', () => {
    expect(holdOver([hold(['bookings'])], ['messages'])).toBeUndefined();
    expect(holdOver([hold(['bookings']), hold(['messages'])], ['messages'])?.dataClasses).toEqual([
      'messages',
    ]);
    expect(holdOver([hold(null)], ['messages'])).toBeDefined();
    expect(holdOver([], ['messages'])).toBeUndefined();
  });
});
