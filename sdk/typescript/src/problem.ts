import type { Schemas } from './types.js';

/** RFC 9457, as every refusal of the API is; a code may bring further members. */
export type Problem = Schemas['Problem'];

/** A refusal of the API. Decide on `code`, which is stable; show `message` to people. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  /** The faults of the request, each with a JSON pointer or the name of a parameter. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(
    readonly problem: Problem,
    /** When to come back, in seconds, if the API says so. */
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
  }
}
