import { currencyOf, languageOf } from './country-defaults.js';

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const COUNTRIES = LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).filter((code) => {
  const name = regions.of(code);
  return name !== undefined && new Intl.Locale(`und-${code}`).region === code;
});

describe('what a country says about a business', () => {
  it.each([
    ['UA', 'UAH', 'uk'],
    ['DE', 'EUR', 'de'],
    ['AT', 'EUR', 'de'],
    ['CH', 'CHF', 'de'],
    ['GB', 'GBP', 'en'],
    ['US', 'USD', 'en'],
    ['KZ', 'KZT', 'ru'],
    ['BR', 'BRL', 'pt'],
    ['AQ', 'USD', 'en'],
  ])('knows %s', (country, currency, language) => {
    expect(currencyOf(country)).toBe(currency);
    if (country !== 'AQ') expect(languageOf(country)).toBe(language);
  });

  it('names a currency and a language that exist, for every country there is', () => {
    const currencies = new Set([...Intl.supportedValuesOf('currency'), 'ZWG', 'XCG']);
    expect(COUNTRIES.length).toBeGreaterThan(240);
    for (const country of COUNTRIES) {
      expect(currencies).toContain(currencyOf(country));
      expect(Intl.getCanonicalLocales(languageOf(country))).toEqual([languageOf(country)]);
    }
  });
});
