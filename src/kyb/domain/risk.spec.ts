import fc from 'fast-check';
import { DEFAULT_WEIGHTS, type RiskFacts, riskOf } from './risk.js';

const NOW = new Date('2026-11-21T10:00:00Z');
const quiet: RiskFacts = { country: 'DE', hits: [], states: {}, screenedAt: NOW, now: NOW };

describe('risk', () => {
  it.each<[string, Partial<RiskFacts>, number]>([
    ['nothing', {}, 0],
    ['never screened', { screenedAt: null }, 30],
    ['screened long ago', { screenedAt: new Date('2026-10-01T00:00:00Z') }, 10],
    ['a weak hit', { hits: [{ listedId: 'eu:1', strong: false, disposition: null }] }, 35],
    ['a strong hit', { hits: [{ listedId: 'eu:1', strong: true, disposition: null }] }, 60],
    [
      'a hit that is somebody else',
      { hits: [{ listedId: 'eu:1', strong: true, disposition: 'false_positive' }] },
      0,
    ],
    ['a confirmed hit', { hits: [{ listedId: 'eu:1', strong: false, disposition: 'true_match' }] }, 100],
    [
      'several hits, of which the worst counts',
      {
        hits: [
          { listedId: 'eu:1', strong: false, disposition: null },
          { listedId: 'un:1', strong: true, disposition: null },
        ],
      },
      60,
    ],
    ['an invalid VAT number and a notice', { states: { vies: 'invalid', insolvency: 'notice_found' } }, 65],
    ['a source that says nothing', { states: { vies: 'not_checked' } }, 0],
  ])('of %s', (_, over, score) => {
    expect(riskOf({ ...quiet, ...over }, DEFAULT_WEIGHTS).score).toBe(score);
  });

  it('counts a country only when the business holds it risky', () => {
    expect(riskOf(quiet, { ...DEFAULT_WEIGHTS, countries: ['DE'] })).toMatchObject({
      score: 20,
      factors: [{ factor: 'country', cause: 'DE' }],
    });
  });

  it('is the sum of its factors, and within its bounds, whatever the facts', () => {
    const hit = fc.record({
      listedId: fc.string(),
      strong: fc.boolean(),
      disposition: fc.constantFrom(null, 'true_match', 'false_positive', 'accepted_risk'),
    });
    const facts = fc.record({
      country: fc.constantFrom(null, 'DE', 'RU'),
      hits: fc.array(hit),
      states: fc.dictionary(
        fc.constantFrom('vies', 'gleif', 'insolvency'),
        fc.constantFrom('valid', 'invalid', 'stale', 'failed', 'notice_found', 'not_checked'),
      ),
      screenedAt: fc.option(fc.date({ noInvalidDate: true })),
      now: fc.constant(NOW),
    });
    fc.assert(
      fc.property(facts, (each) => {
        const { score, factors } = riskOf(each, { ...DEFAULT_WEIGHTS, countries: ['RU'] });
        expect(factors.reduce((sum, { points }) => sum + points, 0)).toBe(score);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });
});
