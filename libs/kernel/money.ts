/** An amount in integer minor units (cents, kopiyky) of an ISO 4217 currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export const money = (amount: number, currency: string): Money => {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`money needs integer minor units, got ${amount}`);
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`money needs an ISO 4217 code, got "${currency}"`);
  return { amount, currency };
};

/** Minor units per major unit, by ISO 4217 through Intl: 100 for EUR, 1 for JPY, 1000 for KWD. */
const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** Text for people: `formatMoney({amount: 45000, currency: 'UAH'}, 'uk')` is "450 ₴" in Ukrainian. */
export const formatMoney = ({ amount, currency }: Money, locale: string): string => {
  const digits = minorDigits(currency);
  const major = amount / 10 ** digits;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: Number.isInteger(major) ? 0 : digits,
  }).format(major);
};
