import type { FastifyReply } from 'fastify';
import { DomainError } from '#libs/kernel';
import type { MfaChallenge } from '../application/mfa/challenge.commands.js';
import type { Proof } from '../application/mfa/second-factor.js';
import type { SessionTokens } from '../application/session-tokens.js';

/** 200 with tokens, 202 with a challenge for the second factor. */
export const entered = <T extends SessionTokens | MfaChallenge>(answer: T, reply: FastifyReply): T => {
  reply.status('challengeToken' in answer ? 202 : 200);
  return answer;
};

/** Exactly one of both. Error: `http.validation_failed` (422). */
export const proofOf = ({ code, recoveryCode }: { code?: string; recoveryCode?: string }): Proof => {
  if (code !== undefined && recoveryCode === undefined) return { code };
  if (recoveryCode !== undefined && code === undefined) return { recoveryCode };
  throw DomainError.invalid('http.validation_failed', '/code', 'Give either code or recoveryCode.');
};
