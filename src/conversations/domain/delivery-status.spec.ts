import fc from 'fast-check';
import type { MessageStatus } from '../contracts/thread.views.js';
import { advances } from './delivery-status.js';

const provider: MessageStatus[] = ['sent', 'delivered', 'read'];

describe('advances', () => {
  it('takes a later status and refuses an earlier or equal one', () => {
    expect(advances('queued', 'sent')).toBe(true);
    expect(advances('sending', 'read')).toBe(true);
    expect(advances('read', 'delivered')).toBe(false);
    expect(advances('sent', 'sent')).toBe(false);
  });

  it('lets failed win until the message has proof of arrival, and lets nothing follow it', () => {
    expect(advances('sent', 'failed')).toBe(true);
    expect(advances('delivered', 'failed')).toBe(false);
    expect(advances('failed', 'read')).toBe(false);
  });

  it('ends at the same status in whatever order, and however often, the provider reports', () => {
    const end = (order: MessageStatus[]) =>
      order.reduce<MessageStatus>((at, next) => (advances(at, next) ? next : at), 'queued');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...provider), { minLength: 1 }), (reports) => {
        const highest = [...reports].sort((a, b) => provider.indexOf(b) - provider.indexOf(a))[0];
        expect(end(reports)).toBe(highest);
      }),
    );
  });
});
