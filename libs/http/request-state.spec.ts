import type { IncomingMessage } from 'node:http';
import { stateOf } from './request-state.js';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('stateOf', () => {
  it('takes the trace from traceparent', () => {
    expect(stateOf(request({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }))).toEqual({
      traceId: TRACE,
      requestId: TRACE,
    });
  });

  it('takes the trace of a later version with more fields', () => {
    expect(stateOf(request({ traceparent: `cc-${TRACE}-00f067aa0ba902b7-01-what-comes` })).traceId).toBe(
      TRACE,
    );
  });

  it.each([
    ['zero trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['zero parent', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['forbidden version', `ff-${TRACE}-00f067aa0ba902b7-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`],
    ['nonsense', 'x'],
  ])('makes a trace in place of one with a %s', (_why, traceparent) => {
    const { traceId } = stateOf(request({ traceparent }));
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceId).not.toBe(TRACE);
  });

  it('takes the trace from x-request-id, and echoes it', () => {
    expect(stateOf(request({ 'x-request-id': 'req-42' }))).toEqual({
      traceId: 'req-42',
      requestId: 'req-42',
    });
  });

  it('prefers traceparent for the trace and still echoes x-request-id', () => {
    const state = stateOf(
      request({ 'x-request-id': 'req-42', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }),
    );
    expect(state).toEqual({ traceId: TRACE, requestId: 'req-42' });
  });

  it.each(['', ' ', 'a b', 'x'.repeat(129), 'a\u0000b', 'é'])('does not take %p as a request id', (id) => {
    expect(stateOf(request({ 'x-request-id': id })).requestId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('answers the same state for the same request', () => {
    const one = request({});
    expect(stateOf(one)).toBe(stateOf(one));
    expect(stateOf(one).traceId).not.toBe(stateOf(request({})).traceId);
  });
});
