import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WorkContext } from '#libs/kernel';

/** What is known of a request in flight, from its first byte on. */
export interface RequestState {
  /** 32 hex digits when it came by `traceparent` or was made here; otherwise the caller's `x-request-id`. */
  readonly traceId: string;
  /** What `x-request-id` answers. */
  readonly requestId: string;
  /** Set by the access guard on routes that are not public. */
  context?: WorkContext;
  /** Set by the access guard for a login of a person. */
  sessionId?: string;
}

const states = new WeakMap<IncomingMessage, RequestState>();

/** W3C Trace Context: version, 16-byte trace id, 8-byte parent id, flags. All-zero ids are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

export const stateOf = (raw: IncomingMessage): RequestState => {
  const known = states.get(raw);
  if (known) return known;
  const sent = single(raw.headers['x-request-id']);
  const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : undefined;
  const traceId =
    TRACEPARENT.exec(single(raw.headers['traceparent']) ?? '')?.[1] ??
    requestId ??
    randomUUID().replaceAll('-', '');
  const state: RequestState = { traceId, requestId: requestId ?? traceId };
  states.set(raw, state);
  return state;
};
