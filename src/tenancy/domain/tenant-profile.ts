import { DomainError, type ErrorDetail } from '#libs/kernel';

export interface TenantProfile {
  /** Lower-case letters, digits and single hyphens; 3 to 60 characters; unique in the installation. */
  slug: string;
  name: string;
  /** IANA name. */
  timeZone: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** ISO 4217. */
  currency: string;
  /** BCP 47. */
  language: string;
}

const isTimeZone = (name: string): boolean => {
  try {
    // Offsets such as +02:00 are accepted by Intl, and know no daylight saving.
    return (
      /^[A-Za-z]/.test(name) &&
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
};

const isLanguage = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
};

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** Groups of countries, and codes for what is none: they have names too. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Not what another code stands for today: UK is GB, and AN is no more. */
const isCountry = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) &&
  !NO_COUNTRIES.has(code) &&
  countryNames.of(code) !== undefined &&
  new Intl.Locale(`und-${code}`).region === code;

const RULES: { [K in keyof TenantProfile]: readonly [(value: string) => boolean, string] } = {
  slug: [
    (v) => v.length >= 3 && v.length <= 60 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(v),
    'must be 3 to 60 lower-case letters, digits and hyphens',
  ],
  name: [
    (v) => v.trim() === v && v.length >= 1 && v.length <= 200,
    'must be 1 to 200 characters without spaces around',
  ],
  timeZone: [isTimeZone, 'must be an IANA time zone such as Europe/Kyiv'],
  country: [isCountry, 'must be an ISO 3166-1 country code such as UA'],
  currency: [(v) => CURRENCIES.has(v), 'must be an ISO 4217 currency code such as UAH'],
  language: [isLanguage, 'must be a BCP 47 language tag such as uk or pt-BR'],
};

/** Error: `tenancy.profile_invalid` with a pointer to each wrong member. */
export const assertTenantProfile = (profile: TenantProfile): void => {
  const errors: ErrorDetail[] = Object.entries(RULES).flatMap(([key, [accepts, rule]]) =>
    accepts(profile[key as keyof TenantProfile]) ? [] : [{ pointer: `/${key}`, detail: `${key} ${rule}` }],
  );
  if (errors.length > 0)
    throw new DomainError(
      'invalid',
      'tenancy.profile_invalid',
      'The business cannot be set up like this: see errors.',
      { errors },
    );
};
