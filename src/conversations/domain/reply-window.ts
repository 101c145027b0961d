import type { ThreadOwner, ThreadView } from '../contracts/thread.views.js';

/** What may be written into a thread now, and until when. */
export const replyWindow = (
  thread: { owner: ThreadOwner; lastCustomerMessageAt: Date | null },
  windowMs: number | null,
  now: Date,
): Pick<ThreadView, 'replyMode' | 'replyWindowEndsAt'> => {
  const endsAt =
    windowMs === null || !thread.lastCustomerMessageAt
      ? null
      : new Date(thread.lastCustomerMessageAt.getTime() + windowMs);
  const replyWindowEndsAt = endsAt?.toISOString() ?? null;
  if (thread.owner === 'closed') return { replyMode: 'none', replyWindowEndsAt };
  if (windowMs === null) return { replyMode: 'free', replyWindowEndsAt };
  return { replyMode: endsAt && endsAt > now ? 'free' : 'template', replyWindowEndsAt };
};
