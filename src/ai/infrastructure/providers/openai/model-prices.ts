import table from './model-prices.json' with { type: 'json' };

export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

interface Price {
  /** Micro-units of USD per 1,000,000 tokens. */
  readonly prompt: number;
  readonly completion: number;
}

/** `priced: false`: no figure is known for the model. It is not free, and a budget must not take it for free. */
export type ModelCost =
  { readonly priced: true; readonly micros: number } | { readonly priced: false; readonly micros: 0 };

const PRICES = new Map<string, Price>(Object.entries(table.models));
const PER_TOKENS = 1_000_000n;

/** `openai/gpt-4o-mini-2024-07-18` is `gpt-4o-mini`, unless the dated model has a price of its own. A variant (`:free`) is not. */
export const priceOfModel = (model: string): Price | undefined => {
  const name = model.startsWith('openai/') ? model.slice('openai/'.length) : model;
  return PRICES.get(name) ?? PRICES.get(name.replace(/-\d{4}-\d{2}-\d{2}$/, ''));
};

/**
 * What a use costs in integer micro-units of USD, rounded up to the next one. Cached prompt tokens are charged in full, so
 * that it is never less than the provider's bill.
 * @throws RangeError for counts that are no non-negative integers
 */
export const costMicros = (model: string, usage: TokenUsage): ModelCost => {
  const price = priceOfModel(model);
  if (!price) return { priced: false, micros: 0 };
  for (const count of [usage.promptTokens, usage.completionTokens]) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`token counts are whole numbers, got ${count}`);
  }
  const millionths =
    BigInt(usage.promptTokens) * BigInt(price.prompt) +
    BigInt(usage.completionTokens) * BigInt(price.completion);
  return { priced: true, micros: Number((millionths + PER_TOKENS - 1n) / PER_TOKENS) };
};
