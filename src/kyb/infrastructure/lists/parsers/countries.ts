const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^a-z]+/g, ' ')
    .replace(/\b(the|of|republic|federation|state)\b/g, ' ')
    .replace(/ +/g, ' ')
    .trim();

/** How the lists write what Unicode's names of regions (CLDR) do not know. */
const ALSO: Readonly<Record<string, string>> = {
  Burma: 'MM',
  Myanmar: 'MM',
  DPRK: 'KP',
  'Virgin Islands, British': 'VG',
  'Virgin Islands, U.S.': 'VI',
  'Saint Kitts and Nevis': 'KN',
  'Saint Lucia': 'LC',
  'Saint Vincent and the Grenadines': 'VC',
  'Man, Isle of': 'IM',
  'China, Hong Kong Special Administrative Region': 'HK',
  'Macedonia, The Former Yugoslav Republic of': 'MK',
  'Region: West Bank': 'PS',
  'Congo, Democratic Republic of the': 'CD',
  'Democratic Republic of the Congo': 'CD',
  'Congo (Democratic Republic)': 'CD',
  Congo: 'CG',
  'Czech Republic': 'CZ',
  "Democratic People's Republic of Korea": 'KP',
  'Korea, North': 'KP',
  'North Korea': 'KP',
  'Korea, South': 'KR',
  'Republic of Korea': 'KR',
  'South Korea': 'KR',
  'Iran, Islamic Republic of': 'IR',
  'Iran (Islamic Republic of)': 'IR',
  'Islamic Republic of Iran': 'IR',
  'Ivory Coast': 'CI',
  'Cote d Ivoire': 'CI',
  "Lao People's Democratic Republic": 'LA',
  Macau: 'MO',
  'Hong Kong': 'HK',
  'Moldova, Republic of': 'MD',
  'Occupied Palestinian Territories': 'PS',
  Palestinian: 'PS',
  Palestine: 'PS',
  'West Bank': 'PS',
  'Region: Gaza': 'PS',
  'Russian Federation': 'RU',
  'Syrian Arab Republic': 'SY',
  Taiwan: 'TW',
  'Tanzania, United Republic of': 'TZ',
  'United Republic of Tanzania': 'TZ',
  'The Gambia': 'GM',
  Turkey: 'TR',
  Türkiye: 'TR',
  UK: 'GB',
  'United Kingdom of Great Britain and Northern Ireland': 'GB',
  USA: 'US',
  'United States of America': 'US',
  'Venezuela, Bolivarian Republic of': 'VE',
  'Viet Nam': 'VN',
  Macedonia: 'MK',
  'North Macedonia, The Republic of': 'MK',
  'Cabo Verde': 'CV',
  Swaziland: 'SZ',
  'Trinidad and Tobago': 'TT',
  'Bosnia and Herzegovina': 'BA',
  'Bosnia-Herzegovina': 'BA',
};

/** Regions of CLDR that are no country, or not any more. */
const NOT_COUNTRIES = new Set([
  'EU',
  'EZ',
  'UN',
  'QO',
  'XA',
  'XB',
  'ZZ',
  'SU',
  'DD',
  'YU',
  'CS',
  'AN',
  'FX',
  'ZR',
]);

const byName = new Map<string, string>();
const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
for (const first of LETTERS)
  for (const second of LETTERS) {
    const code = first + second;
    const name = NOT_COUNTRIES.has(code) ? undefined : regions.of(code);
    // Withdrawn codes have the name of their successor, whose own code comes in the second pass or the table.
    if (name && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`) byName.set(plain(name), code);
  }
for (const [name, code] of Object.entries(ALSO)) byName.set(plain(name), code);

/** Names as they were written: a list says the same few some ten thousand times. */
const asWritten = new Map<string, string | null>();
const MOST_WRITTEN = 5_000;

/** ISO 3166-1 alpha-2 of an English name of a country as the lists write it; null when none is meant. */
export const countryOf = (name: string | null | undefined): string | null => {
  if (!name) return null;
  const known = asWritten.get(name);
  if (known !== undefined) return known;
  const code = byName.get(plain(name)) ?? null;
  if (asWritten.size >= MOST_WRITTEN) asWritten.clear();
  // A copy: what is cut out of a file keeps the whole piece of it in memory.
  asWritten.set(Buffer.from(name).toString(), code);
  return code;
};
