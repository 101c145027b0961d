import type { Message } from './message.js';
import { inReadingOrder } from './reading-order.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, 0) + seconds * 1000);
const customer = (seq: number, sent: number) => ({
  seq,
  sentAt: at(sent),
  author: { kind: 'customer', id: null } as Message['author'],
});
const assistant = (seq: number, sent: number) => ({
  seq,
  sentAt: at(sent),
  author: { kind: 'assistant', id: null } as Message['author'],
});

const order = (messages: ReturnType<typeof customer>[], answeredSeq: number) =>
  inReadingOrder(messages, answeredSeq).map((m) => m.seq);

describe('inReadingOrder', () => {
  it('reads a burst in the order the customer sent it', () => {
    expect(order([customer(1, 0), assistant(2, 1), customer(3, 12), customer(4, 11)], 1)).toEqual([
      1, 2, 4, 3,
    ]);
  });

  it('reads a new message after our answer, although channels give whole seconds and it seems to be older', () => {
    expect(order([customer(1, 0), assistant(2, 5.4), customer(3, 5)], 1)).toEqual([1, 2, 3]);
  });

  it('reads what came while we were answering after that answer', () => {
    expect(order([customer(1, 0), customer(2, 1), assistant(3, 2)], 1)).toEqual([1, 3, 2]);
  });

  it('leaves alone what was answered', () => {
    expect(order([customer(1, 9), customer(2, 3), assistant(3, 10)], 3)).toEqual([1, 2, 3]);
  });
});
