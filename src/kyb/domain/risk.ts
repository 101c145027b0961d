/** Points of each factor; a business may weigh them otherwise. 0 to 100 each. */
export interface RiskWeights {
  readonly strongHit: number;
  readonly otherHit: number;
  readonly confirmedHit: number;
  readonly vatInvalid: number;
  readonly leiStale: number;
  readonly leiFailed: number;
  readonly insolvencyNotice: number;
  readonly neverScreened: number;
  readonly staleData: number;
  readonly country: number;
  /** ISO 3166-1 alpha-2 of the countries that the business holds risky. None unless it says so. */
  readonly countries: readonly string[];
}

export const DEFAULT_WEIGHTS: RiskWeights = {
  strongHit: 60,
  otherHit: 35,
  confirmedHit: 100,
  vatInvalid: 25,
  leiStale: 10,
  leiFailed: 25,
  insolvencyNotice: 40,
  neverScreened: 30,
  staleData: 10,
  country: 20,
  countries: [],
};

export interface RiskFactor {
  /** Member of the weights. */
  readonly factor: keyof Omit<RiskWeights, 'countries'> | 'cap';
  readonly points: number;
  /** What it comes from, such as `eu:EU.27.28`. */
  readonly cause: string | null;
}

export interface RiskFacts {
  readonly country: string | null;
  /** Present matches: strength, and what people decided. */
  readonly hits: readonly { listedId: string; strong: boolean; disposition: string | null }[];
  /** Last state of each register. */
  readonly states: Readonly<Record<string, string>>;
  /** Of the last screening; null: never. */
  readonly screenedAt: Date | null;
  readonly now: Date;
}

const DAY_MS = 86_400_000;
const STALE_DAYS = 30;
const MOST = 100;

/** 0 to 100. The factors' points add up to the score exactly; what is over 100 is a factor of its own, `cap`. */
export const riskOf = (facts: RiskFacts, weights: RiskWeights): { score: number; factors: RiskFactor[] } => {
  const factors: RiskFactor[] = [];
  const add = (factor: Exclude<RiskFactor['factor'], 'cap'>, cause: string | null): void => {
    if (weights[factor] > 0) factors.push({ factor, points: weights[factor], cause });
  };
  const counted = facts.hits.filter(({ disposition }) => disposition !== 'false_positive');
  // The worst hit counts: ten aliases of one name on ten lists are no ten risks.
  const rank = (hit: RiskFacts['hits'][number]): number =>
    hit.disposition === 'true_match' ? 2 : hit.strong ? 1 : 0;
  const worst = [...counted].sort((a, b) => rank(b) - rank(a) || (a.listedId < b.listedId ? -1 : 1))[0];
  if (worst)
    add((['otherHit', 'strongHit', 'confirmedHit'] as const)[rank(worst)] ?? 'otherHit', worst.listedId);
  if (facts.states.vies === 'invalid') add('vatInvalid', 'vies');
  if (facts.states.gleif === 'stale') add('leiStale', 'gleif');
  if (facts.states.gleif === 'failed') add('leiFailed', 'gleif');
  if (facts.states.insolvency === 'notice_found') add('insolvencyNotice', 'insolvency');
  if (facts.screenedAt === null) add('neverScreened', null);
  else if (facts.now.getTime() - facts.screenedAt.getTime() > STALE_DAYS * DAY_MS)
    add('staleData', facts.screenedAt.toISOString());
  if (facts.country !== null && weights.countries.includes(facts.country)) add('country', facts.country);
  const sum = factors.reduce((total, { points }) => total + points, 0);
  if (sum > MOST) factors.push({ factor: 'cap', points: MOST - sum, cause: null });
  return { score: Math.min(sum, MOST), factors };
};
