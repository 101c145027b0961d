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

interface Proofs {
  code?: string;
  recoveryCode?: string;
}

/** Exactly one of both. Error: `http.validation_failed` (422). */
export const proofOf = (given: Proofs): Proof => {
  const proof = proofIfAny(given);
  if (!proof) throw eitherOf();
  return proof;
};

/** One of both, or none: who has no second factor. Error: `http.validation_failed` (422). */
export const proofIfAny = ({ code, recoveryCode }: Proofs): Proof | undefined => {
  if (code !== undefined && recoveryCode !== undefined) throw eitherOf();
  if (code !== undefined) return { code };
  return recoveryCode === undefined ? undefined : { recoveryCode };
};

const eitherOf = (): DomainError =>
  DomainError.invalid('http.validation_failed', '/code', 'Give either code or recoveryCode.');
