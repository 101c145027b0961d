import fc from 'fast-check';
import { priceOf } from './order-price.js';

describe('priceOf', () => {
  it.each([
    [30, 'USD', 3000],
    [29.99, 'USD', 2999],
    ['29.9', 'usd', 2990],
    [1.005, 'USD', 101],
    [0.1 + 0.2, 'EUR', 30],
    [4.35, 'EUR', 435],
    [1500, 'JPY', 1500],
    [1.5, 'JPY', 2],
    [1.2345, 'KWD', 1235],
    [1e-7, 'USD', 0],
    ['1e3', 'USD', 100_000],
    [0, 'USD', 0],
  ])('%s %s is %i minor units', (major, currency, amount) => {
    expect(priceOf(major, currency)).toEqual({ amount, currency: currency.toUpperCase() });
  });

  it.each([
    [-1, 'USD'],
    ['free', 'USD'],
    [1, 'dollars'],
    [1, undefined],
    [null, 'USD'],
    [1e30, 'USD'],
    [Number.NaN, 'USD'],
  ])('%s %s is no price', (major, currency) => expect(priceOf(major, currency)).toBeUndefined());

  it('takes any two-digit price exactly', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), (cents) => {
        expect(priceOf(cents / 100, 'USD')).toEqual({ amount: cents, currency: 'USD' });
      }),
    );
  });
});
