import type { Money } from '#libs/kernel';
import { textOf } from './lenient-json.js';

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Minor units per ISO 4217: 2 for USD, 0 for JPY, 3 for KWD; undefined for what is no currency code. */
const minorDigitsOf = (currency: string): number | undefined => {
  if (!/^[A-Z]{3}$/.test(currency)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
};

/**
 * A catalogue's price in major units (`29.99`, `"29.99"`, `30`) as integer minor units, by the decimal digits as written and
 * so without binary rounding; digits beyond the currency's are rounded half up. Undefined when it is no price.
 */
export const priceOf = (major: unknown, currencyCode: unknown): Money | undefined => {
  const currency = textOf(currencyCode)?.toUpperCase();
  const digits = currency === undefined ? undefined : minorDigitsOf(currency);
  const match = DECIMAL.exec(textOf(major)?.trim() ?? '');
  if (currency === undefined || digits === undefined || !match) return undefined;
  const [, whole = '0', fraction = '', exponent = '0'] = match;
  const shift = digits + Number(exponent) - fraction.length;
  const scaled = BigInt(whole + fraction);
  const divisor = 10n ** BigInt(Math.max(0, -shift));
  const minor = (scaled * 10n ** BigInt(Math.max(0, shift)) * 2n + divisor) / (divisor * 2n);
  return minor <= BigInt(Number.MAX_SAFE_INTEGER) ? { amount: Number(minor), currency } : undefined;
};
