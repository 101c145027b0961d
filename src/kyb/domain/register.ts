import type { CounterpartyFacts } from './counterparty.js';
import type { CHECK_STATES, RegisterName } from './sources.js';

/** One request to a source and what came back, byte for byte: the evidence. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Without credentials. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Buffer | null;
  /** null when there was no answer. */
  readonly status: number | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Buffer | null;
  readonly sentAt: Date;
  readonly answeredAt: Date | null;
  /** Stable code of why there was no usable answer, such as `net.timeout`. */
  readonly failure: string | null;
}

/** Flat facts of a snapshot: what is diffed field by field. Keys are stable, `camelCase`. */
export type SnapshotFacts = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

export interface RegisterAnswer {
  readonly state: (typeof CHECK_STATES)[RegisterName][number];
  /** Stable code that says why, such as `kyb.vies_ms_unavailable`; null when the state says it all. */
  readonly reason: string | null;
  /** When it is worth asking again; null when it is not, or not sooner than scheduled. */
  readonly retryAfterMs: number | null;
  readonly facts: SnapshotFacts;
  /** What the source calls this answer: the consultation number of VIES. */
  readonly reference: string | null;
  readonly exchanges: readonly Exchange[];
}

export interface RegisterQuestion {
  readonly facts: CounterpartyFacts;
  /** The business's own VAT number: VIES then gives a consultation number. */
  readonly requesterVatNumber: string | null;
}

/** A register and how it is asked. Never inside a unit of work. */
export interface Register {
  readonly name: RegisterName;
  /** A source's failure is an answer (`not_checked` with reason and exchanges), never a throw. */
  ask(question: RegisterQuestion): Promise<RegisterAnswer>;
}
