import type { MessageStatus } from '../contracts/thread.views.js';

const RANK: Partial<Record<MessageStatus, number>> = {
  queued: 0,
  sending: 1,
  sent: 2,
  delivered: 3,
  read: 4,
};

/**
 * Statuses come repeatedly and out of order: the highest wins, and never goes back. `failed` is final, and wins over
 * everything but a proof that the message arrived (delivered, read).
 */
export const advances = (from: MessageStatus, to: MessageStatus): boolean => {
  if (from === 'failed' || from === 'dropped' || from === 'received') return false;
  if (to === 'failed') return (RANK[from] ?? 0) < (RANK.delivered ?? 0);
  return (RANK[to] ?? -1) > (RANK[from] ?? 0);
};
