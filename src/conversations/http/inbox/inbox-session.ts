import type { Socket } from 'socket.io';
import type { VerifiedClaims } from '#libs/security';

/** Packets that wait until the transport takes more: what engine.io tells of its buffer. */
export interface Backlog {
  readonly waiting: number;
}

/** An open socket of a member. */
export interface InboxSession {
  readonly socket: Socket;
  readonly backlog: Backlog;
  /** Of the token that it was opened or renewed with last. */
  claims: VerifiedClaims;
  /** What the member saw when it was last looked at: the data scope as text. */
  scope: string;
}

export const INBOX_NAMESPACE = '/inbox';
export const SESSION_EVENT = 'session';
export const CHANGE_EVENT = 'change';
export const RESYNC_EVENT = 'resync';

/** Why a client should compare what it has with what there is: who sees what has changed, or something may have gone by unheard. */
export type ResyncReason = 'scope' | 'missed';

export const watchBacklog = ({ conn }: Socket): Backlog => {
  const backlog = { waiting: 0 };
  conn.on('packetCreate', () => (backlog.waiting += 1));
  conn.on('flush', () => (backlog.waiting = 0));
  return backlog;
};
