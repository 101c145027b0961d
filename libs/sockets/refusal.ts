import type { Socket } from 'socket.io';
import { refusalOf } from '#libs/http';

/** The event before the server hangs up: why. */
export const REFUSED_EVENT = 'refused';

/** Stable, as the codes of problems are; the message says what to do. */
export interface SocketRefusal {
  readonly code: string;
  readonly message: string;
}

/** What a message of the client is answered with. */
export type SocketAck<T extends object = object> = ({ ok: true } & T) | ({ ok: false } & SocketRefusal);

export const refuse = (code: string, message: string): { ok: false } & SocketRefusal => ({
  ok: false,
  code,
  message,
});

/** Of anything thrown, what may be told about it: the code and detail that HTTP would answer. */
export const socketRefusalOf = (thrown: unknown): SocketRefusal => {
  const { code, detail } = refusalOf(thrown);
  return { code, message: detail };
};

/** Tells why, and hangs up. */
export const turnAway = (socket: Socket, { code, message }: SocketRefusal): void => {
  socket.emit(REFUSED_EVENT, { code, message });
  socket.disconnect(true);
};
