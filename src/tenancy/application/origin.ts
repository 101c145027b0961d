import type { RequestOrigin, WorkContext } from '#libs/kernel';
import type { Client } from './session-tokens.js';

/** Where a request came from, before a tenant is known. */
export type Origin = RequestOrigin & { readonly traceId: string };

/** The tenant of work that is nobody's business: what is done for an address that may have no account. */
export const LOBBY = '00000000-0000-0000-0000-000000000000';

export const clientOf = ({ address, userAgent }: RequestOrigin): Client => ({ address, userAgent });

const requestOf = ({ requestId, operation, address, userAgent }: Origin): RequestOrigin => ({
  requestId,
  operation,
  address,
  userAgent,
});

export const systemContext = (tenantId: string, origin: Origin): WorkContext => ({
  tenantId,
  actor: { kind: 'system', id: 'sign-in' },
  traceId: origin.traceId,
  request: requestOf(origin),
});

/** Of somebody at the door, who may do nothing here yet. */
export const personContext = (who: { personId: string; tenantId: string }, origin: Origin): WorkContext => ({
  tenantId: who.tenantId,
  actor: { kind: 'user', id: who.personId, permissions: new Set() },
  traceId: origin.traceId,
  request: requestOf(origin),
});
