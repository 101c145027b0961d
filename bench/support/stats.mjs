/** Of numbers in any order; `share` of 0 to 1. */
export const quantile = (values, share) => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

export const summary = (latencies) => ({
  count: latencies.length,
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
  max: quantile(latencies, 1),
});

export const mean = (...values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A generator of its own seed, so that each run sees the same arrivals (mulberry32). */
export const randomOf = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const TOLERANCE = 0.1;
const TRIES = 3;
const QUICK_TRIES = 1;

/**
 * Floor, app, floor; done again, at most twice, while the two floors differ by more than 10 %: then the machine was busy
 * with something else, and the ratio says nothing. A quick run does not repeat. `key` names the figure of the floor that is compared.
 */
export const floorAppFloor = async ({ floor, app, key, quick }) => {
  const tries = quick ? QUICK_TRIES : TRIES;
  for (let attempt = 1; ; attempt += 1) {
    const before = await floor();
    const measured = await app();
    const after = await floor();
    const [a, b] = [before[key], after[key]];
    const drift = Math.abs(a - b) / Math.min(a, b);
    const voided = drift > TOLERANCE;
    if (!voided || attempt === tries)
      return { app: measured, floors: [before, after], floor: mean(a, b), drift, voided, attempt };
  }
};

/** What must hold for a speed to mean anything; a failure ends the run. */
export const oracle = (holds, message) => {
  if (!holds) throw new Error(`the oracle says no: ${message}`);
};
