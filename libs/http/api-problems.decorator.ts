import { ApiExtension } from '@nestjs/swagger';

export const PROBLEMS_EXTENSION = 'x-problems';

/** Problem codes by status, as the OpenAPI document lists them. */
export type ProblemCodes = Partial<
  Record<400 | 401 | 403 | 404 | 409 | 412 | 415 | 422 | 429, readonly string[]>
>;

/**
 * The refusals of an operation beyond the usual ones: `@ApiProblems({ 409: ['calendar.slot_taken'] })`. What follows from
 * its shape (access, body, path parameters, If-Match, Idempotency-Key) is documented without it.
 */
export const ApiProblems = (codes: ProblemCodes): MethodDecorator => ApiExtension(PROBLEMS_EXTENSION, codes);
