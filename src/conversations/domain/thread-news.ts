import { ThreadChanged } from '../contracts/events.js';

/** What people who have a thread in sight are to be told of a change. */
export interface ThreadNews {
  /** Of the thread as it is saved now. */
  readonly version: number;
  readonly opened: boolean;
  /** Owner, assignee or team are others than before. */
  readonly moved: boolean;
  /** Position of the last message, when there is a new one. */
  readonly seq: number | null;
  /** Whose it was before, when it is somebody else's now. */
  readonly before: { readonly assigneeId: string | null; readonly teamId: string | null } | null;
}

/** What of a thread is told. */
export interface Told {
  readonly generation: number;
  readonly assigneeId: string | null;
  readonly teamId: string | null;
  readonly lastSeq: number;
}

export const toldOf = ({ generation, assigneeId, teamId, lastSeq }: Told): Told => ({
  generation,
  assigneeId,
  teamId,
  lastSeq,
});

/** `was`: as people were told of it last; null: not at all. Answers null when they see no difference. */
export const newsSince = (was: Told | null, now: Told, version: number): ThreadNews | null => {
  const seq = now.lastSeq > (was?.lastSeq ?? 0) ? now.lastSeq : null;
  if (!was) return { version, opened: true, moved: false, seq, before: null };
  const passedOn = was.assigneeId !== now.assigneeId || was.teamId !== now.teamId;
  const moved = passedOn || was.generation !== now.generation;
  if (!moved && seq === null) return null;
  const before = passedOn ? { assigneeId: was.assigneeId, teamId: was.teamId } : null;
  return { version, opened: false, moved, seq, before };
};

/** The event of news. */
export const threadChanged = (threadId: string, { before, ...news }: ThreadNews) =>
  ThreadChanged.make(threadId, {
    threadId,
    ...news,
    passedOn: before !== null,
    assigneeBefore: before?.assigneeId ?? null,
    teamBefore: before?.teamId ?? null,
  });
