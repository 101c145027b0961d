/**
 * What a client of the live inbox is told: that something of a thread is not what it was, and no words. `version` is that of the
 * thread, and `seq` the position of its last message: both are in what REST answers, so a client sees whether it has them.
 */
export type InboxNotice =
  | { kind: 'thread.created' | 'thread.changed'; threadId: string; version: number }
  | { kind: 'message.created'; threadId: string; version: number; seq: number }
  | { kind: 'message.changed'; threadId: string; messageId: string }
  | { kind: 'thread.gone'; threadId: string };

/** One change of a thread on its way to whoever has it in sight. */
export interface InboxNews {
  readonly tenantId: string;
  readonly traceId: string;
  readonly threadId: string;
  readonly notices: readonly InboxNotice[];
  /** Whose the thread was, when this change gave it away. */
  readonly before: { readonly assigneeId: string | null; readonly teamId: string | null } | null;
}
