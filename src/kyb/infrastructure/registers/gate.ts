import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  type CircuitBreakerPolicy,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
} from 'cockatiel';
import type { RegisterAnswer } from '../../domain/register.js';

const FAILURES = 5;
const OPEN_MS = 30_000;
const QUEUED = 200;

/** The source itself is out of order: it counts against the circuit, and is an answer nevertheless. */
class Outage extends Error {
  constructor(readonly answer: RegisterAnswer) {
    super('outage');
  }
}

export interface GateOptions {
  readonly name: string;
  /** Requests at a time, of one lane. */
  readonly atOnce: number;
  readonly openMs?: number;
}

/**
 * What stands before a source: so many questions at a time in each lane (a member state, say), and none for a while after five outages
 * in a row. Refused questions are `not_checked`, with the reason and when to come back.
 */
export class Gate {
  private readonly breaker: CircuitBreakerPolicy;
  private readonly lanes = new Map<string, ReturnType<typeof bulkhead>>();

  constructor(private readonly options: GateOptions) {
    this.breaker = circuitBreaker(handleType(Outage), {
      halfOpenAfter: options.openMs ?? OPEN_MS,
      breaker: new ConsecutiveBreaker(FAILURES),
    });
  }

  get open(): boolean {
    return this.breaker.state === CircuitState.Open;
  }

  /** `isOutage`: whether an answer says that the source is out of order. */
  async pass(
    lane: string,
    ask: () => Promise<RegisterAnswer>,
    isOutage: (answer: RegisterAnswer) => boolean,
  ): Promise<RegisterAnswer> {
    const { name, atOnce, openMs = OPEN_MS } = this.options;
    let own = this.lanes.get(lane);
    if (!own) this.lanes.set(lane, (own = bulkhead(atOnce, QUEUED)));
    try {
      return await own.execute(() =>
        this.breaker.execute(async () => {
          const answer = await ask();
          if (isOutage(answer)) throw new Outage(answer);
          return answer;
        }),
      );
    } catch (error) {
      if (error instanceof Outage) return error.answer;
      if (error instanceof BrokenCircuitError) return notChecked(`kyb.${name}_circuit_open`, openMs);
      if (error instanceof BulkheadRejectedError) return notChecked(`kyb.${name}_busy`, openMs);
      throw error;
    }
  }
}

export const notChecked = (
  reason: string,
  retryAfterMs: number | null,
  exchanges: RegisterAnswer['exchanges'] = [],
): RegisterAnswer => ({ state: 'not_checked', reason, retryAfterMs, facts: {}, reference: null, exchanges });

export const notApplicable = (reason: string): RegisterAnswer => ({
  state: 'not_applicable',
  reason,
  retryAfterMs: null,
  facts: {},
  reference: null,
  exchanges: [],
});
