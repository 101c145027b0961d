import type { Message } from './message.js';

type Placed = Pick<Message, 'seq' | 'sentAt' | 'author'>;

/**
 * The order in which a turn reads the thread: what is settled, as it happened; then what the customer wants an answer to,
 * in the order they sent it. A webhook may come out of order, and a message may arrive while an earlier one is being
 * answered: it stands before that answer in the thread, and is read after it.
 */
export const inReadingOrder = <M extends Placed>(messages: readonly M[], answeredSeq: number): M[] => {
  const waits = (m: M): boolean => m.author.kind === 'customer' && m.seq > answeredSeq;
  const settled = messages.filter((m) => !waits(m)).sort((a, b) => a.seq - b.seq);
  const waiting = messages.filter(waits);
  return [...settled, ...waiting.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime() || a.seq - b.seq)];
};
