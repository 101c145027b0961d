import fc from 'fast-check';
import table from './model-prices.json' with { type: 'json' };
import { costMicros, priceOfModel } from './model-prices.js';

describe('costMicros', () => {
  it.each([
    ['gpt-4o-mini', 1_000_000, 0, 150_000],
    ['gpt-4o-mini', 0, 1_000_000, 600_000],
    ['gpt-4o-mini', 1234, 56, 219],
    ['gpt-4.1-mini', 1000, 500, 1200],
    ['gpt-5-mini', 1, 0, 1],
    ['gpt-5-mini', 0, 0, 0],
    ['gpt-4o', 128_000, 16_384, 483_840],
  ])('%s, %i prompt and %i completion tokens: %i', (model, promptTokens, completionTokens, micros) => {
    expect(costMicros(model, { promptTokens, completionTokens })).toEqual({ priced: true, micros });
  });

  it.each([
    ['openai/gpt-4o-mini', 'gpt-4o-mini'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['openai/gpt-4.1-2025-04-14', 'gpt-4.1'],
  ])('%s has the price of %s', (model, same) => expect(priceOfModel(model)).toEqual(priceOfModel(same)));

  it('a dated model may have a price of its own', () => {
    expect(priceOfModel('gpt-4o-2024-05-13')).toMatchObject({ prompt: 5_000_000, completion: 15_000_000 });
    expect(priceOfModel('gpt-4o-2024-08-06')).toMatchObject({ prompt: 2_500_000, completion: 10_000_000 });
  });

  it.each([
    'gpt-9',
    'openai/gpt-4o-mini:free',
    'gpt-4o-mini-audio-preview',
    'anthropic/claude',
    '',
    'constructor',
  ])('%s has no known price, which is not the price of zero', (model) => {
    expect(costMicros(model, { promptTokens: 1000, completionTokens: 1000 })).toEqual({
      priced: false,
      micros: 0,
    });
  });

  it('rounds up, by less than one, and never down', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(200_000), (promptTokens, completionTokens) => {
        const { micros } = costMicros('gpt-4.1-nano', { promptTokens, completionTokens });
        const exact = BigInt(promptTokens) * 100_000n + BigInt(completionTokens) * 400_000n;
        expect(BigInt(micros) * 1_000_000n >= exact && (BigInt(micros) - 1n) * 1_000_000n < exact).toBe(true);
      }),
    );
  });

  it.each([-1, 1.5, Number.NaN])('refuses %s tokens', (promptTokens) => {
    expect(() => costMicros('gpt-4o', { promptTokens, completionTokens: 0 })).toThrow(RangeError);
  });

  it('every price is whole, names its source and the day it was checked', () => {
    const sources = Object.keys(table.sources);
    for (const [model, price] of Object.entries(table.models)) {
      expect([model, Number.isSafeInteger(price.prompt), Number.isSafeInteger(price.completion)]).toEqual([
        model,
        true,
        true,
      ]);
      expect(sources).toContain(price.source);
      expect(price.date).toMatch(/^2026-\d{2}-\d{2}$/);
    }
  });
});
