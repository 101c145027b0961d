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

type LegalClass = 'invoices' | 'audit' | 'counterparties';

/**
 * How long vouchers (`invoices`), the books that explain them (`audit`) and the records of whom the business dealt with
 * (`counterparties`: rules against money laundering, from the end of the relationship) must be kept, by country of the business. The
 * terms run from the end of the calendar year: a job that prunes them has to count from there.
 */
const COUNTRIES: Readonly<Record<string, Readonly<Record<LegalClass, Rule>>>> = {
  DE: {
    invoices: {
      years: 8,
      source: 'Germany: § 147(3) AO, § 257(4) HGB, § 14b(1) UStG as of 2025 (BEG IV): 8 years',
    },
    audit: { years: 10, source: 'Germany: § 147(1) No. 1, (3) AO, § 257(1) No. 1, (4) HGB: 10 years' },
    counterparties: { years: 5, source: 'Germany: § 8(4) GwG: 5 years' },
  },
  AT: {
    invoices: { years: 7, source: 'Austria: § 132(1) BAO, § 212(1) UGB: 7 years' },
    audit: { years: 7, source: 'Austria: § 132(1) BAO, § 212(1) UGB: 7 years' },
    counterparties: { years: 5, source: 'Austria: § 21(1) FM-GwG: 5 years' },
  },
  CH: {
    invoices: { years: 10, source: 'Switzerland: Art. 958f OR: 10 years' },
    audit: { years: 10, source: 'Switzerland: Art. 958f OR: 10 years' },
    counterparties: { years: 10, source: 'Switzerland: Art. 7(3) GwG: 10 years' },
  },
  FR: {
    invoices: { years: 10, source: 'France: Code de commerce, art. L123-22: 10 years' },
    audit: { years: 10, source: 'France: Code de commerce, art. L123-22: 10 years' },
    counterparties: { years: 5, source: 'France: Code monétaire et financier, art. L561-12: 5 years' },
  },
  NL: {
    invoices: { years: 7, source: 'Netherlands: art. 52(4) AWR: 7 years' },
    audit: { years: 7, source: 'Netherlands: art. 52(4) AWR: 7 years' },
    counterparties: { years: 5, source: 'Netherlands: art. 33(3) Wwft: 5 years' },
  },
  IT: {
    invoices: { years: 10, source: 'Italy: Codice civile, art. 2220: 10 years' },
    audit: { years: 10, source: 'Italy: Codice civile, art. 2220: 10 years' },
    counterparties: { years: 10, source: 'Italy: D.Lgs. 231/2007, art. 31(3): 10 years' },
  },
  ES: {
    invoices: { years: 6, source: 'Spain: Código de Comercio, art. 30: 6 years' },
    audit: { years: 6, source: 'Spain: Código de Comercio, art. 30: 6 years' },
    counterparties: { years: 10, source: 'Spain: Ley 10/2010, art. 25: 10 years' },
  },
  GB: {
    invoices: { years: 6, source: 'United Kingdom: VAT Act 1994, Sch. 11 para. 6(3): 6 years' },
    audit: { years: 6, source: 'United Kingdom: VAT Act 1994, Sch. 11 para. 6(3): 6 years' },
    counterparties: {
      years: 5,
      source: 'United Kingdom: Money Laundering Regulations 2017, reg. 40(3): 5 years',
    },
  },
};

/** Where no rule is on record: the longest of those that are. */
const ELSEWHERE = {
  invoices: {
    years: 10,
    source: 'No rule is on record for this country: the longest of those known, 10 years',
  },
  audit: { years: 10, source: 'No rule is on record for this country: the longest of those known, 10 years' },
  counterparties: {
    years: 10,
    source: 'No rule is on record for this country: the longest of those known, 10 years',
  },
};

const isLegalClass = (dataClass: string): dataClass is LegalClass => Object.hasOwn(ELSEWHERE, dataClass);

/** Undefined for what no law makes anybody keep. `country`: ISO 3166-1 alpha-2. */
export const legalMinimum = (dataClass: string, country: string): Minimum | undefined => {
  if (!isLegalClass(dataClass)) return undefined;
  const { years, source } = (COUNTRIES[country] ?? ELSEWHERE)[dataClass];
  return { days: daysOf(years), source };
};
