export interface Minimum {
  readonly days: number;
  /** The rule, for the person who wants less. */
  readonly source: string;
}

interface Rule {
  readonly years: number;
  readonly source: string;
}

/** A year with its share of leap days, rounded up. */
const daysOf = (years: number): number => Math.ceil(years * 365.25);

/**
 * How long vouchers (`invoices`) and the books that explain them (`audit`) must be kept, by country of the business. The terms run
 * from the end of the calendar year: a job that prunes them has to count from there.
 */
const COUNTRIES: Readonly<Record<string, { readonly invoices: Rule; readonly audit: Rule }>> = {
  DE: {
    invoices: {
      years: 8,
      source: 'Germany: § 147(3) AO, § 257(4) HGB, § 14b(1) UStG as of 2025 (BEG IV): 8 years',
    },
    audit: { years: 10, source: 'Germany: § 147(1) No. 1, (3) AO, § 257(1) No. 1, (4) HGB: 10 years' },
  },
  AT: {
    invoices: { years: 7, source: 'Austria: § 132(1) BAO, § 212(1) UGB: 7 years' },
    audit: { years: 7, source: 'Austria: § 132(1) BAO, § 212(1) UGB: 7 years' },
  },
  CH: {
    invoices: { years: 10, source: 'Switzerland: Art. 958f OR: 10 years' },
    audit: { years: 10, source: 'Switzerland: Art. 958f OR: 10 years' },
  },
  FR: {
    invoices: { years: 10, source: 'France: Code de commerce, art. L123-22: 10 years' },
    audit: { years: 10, source: 'France: Code de commerce, art. L123-22: 10 years' },
  },
  NL: {
    invoices: { years: 7, source: 'Netherlands: art. 52(4) AWR: 7 years' },
    audit: { years: 7, source: 'Netherlands: art. 52(4) AWR: 7 years' },
  },
  IT: {
    invoices: { years: 10, source: 'Italy: Codice civile, art. 2220: 10 years' },
    audit: { years: 10, source: 'Italy: Codice civile, art. 2220: 10 years' },
  },
  ES: {
    invoices: { years: 6, source: 'Spain: Código de Comercio, art. 30: 6 years' },
    audit: { years: 6, source: 'Spain: Código de Comercio, art. 30: 6 years' },
  },
  GB: {
    invoices: { years: 6, source: 'United Kingdom: VAT Act 1994, Sch. 11 para. 6(3): 6 years' },
    audit: { years: 6, source: 'United Kingdom: VAT Act 1994, Sch. 11 para. 6(3): 6 years' },
  },
};

/** Where no rule is on record: the longest of those that are. */
const ELSEWHERE = {
  invoices: {
    years: 10,
    source: 'No rule is on record for this country: the longest of those known, 10 years',
  },
  audit: { years: 10, source: 'No rule is on record for this country: the longest of those known, 10 years' },
};

/** Undefined for what no law makes anybody keep. `country`: ISO 3166-1 alpha-2. */
export const legalMinimum = (dataClass: string, country: string): Minimum | undefined => {
  if (dataClass !== 'invoices' && dataClass !== 'audit') return undefined;
  const { years, source } = (COUNTRIES[country] ?? ELSEWHERE)[dataClass];
  return { days: daysOf(years), source };
};
