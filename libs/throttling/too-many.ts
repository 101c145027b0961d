import { DomainError } from '#libs/kernel';
import type { Decision } from './gcra.js';

/** What is thrown for a decision that refuses: `http.too_many_requests` (429), with the time to wait. */
export const tooMany = (decision: Decision, message: string): DomainError => {
  const wait = Math.max(...decision.quotas.map(({ waitMs }) => waitMs));
  return new DomainError('too-many', 'http.too_many_requests', message, {
    retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)),
  });
};
