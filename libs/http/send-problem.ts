import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { problemOf, type Refusal } from './problem.js';
import { stateOf } from './request-state.js';

/** Answers a refusal as application/problem+json; nothing when an answer is on its way already. */
export const sendProblem = (refusal: Refusal, raw: IncomingMessage, reply: FastifyReply): void => {
  if (reply.sent) return;
  const { traceId, requestId } = stateOf(raw);
  reply.header('x-request-id', requestId);
  reply.header('cache-control', 'no-store');
  reply.removeHeader('etag');
  const challenge = challengeOf(refusal);
  if (challenge) reply.header('www-authenticate', challenge);
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
  void reply
    .status(refusal.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(refusal, traceId)));
};

/** RFC 9110 asks for a challenge on every 401; RFC 6750 names the error when a token was sent, and the scope on 403. */
const challengeOf = ({ status, code, facts }: Refusal): string | undefined => {
  const realm = 'Bearer realm="frontdesk"';
  if (status === 401)
    return code === 'auth.token_expired' || code === 'auth.token_invalid' || code === 'auth.session_revoked'
      ? `${realm}, error="invalid_token"`
      : realm;
  if (status === 403 && typeof facts?.['permission'] === 'string')
    return `${realm}, error="insufficient_scope", scope="${facts['permission']}"`;
  return undefined;
};
