import type { Socket } from 'socket.io';
import { hostOf } from '#libs/http';

/**
 * The host that a socket came to, as `hostOf` writes it; null when it is none, or when the page that connects is another
 * host's: browsers say whose page it is (OWASP ASVS 5.0, 4.4.2).
 */
export const hostOfHandshake = (socket: Socket, trustProxy: boolean): string | null => {
  const { headers } = socket.handshake;
  const host = hostOf(headers, trustProxy);
  const { origin } = headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).hostname !== host)) return null;
  return host;
};

/** The client's address; `X-Forwarded-For` counts only behind a trusted proxy, as it does for requests. */
export const addressOfHandshake = (socket: Socket, trustProxy: boolean): string => {
  const forwarded = trustProxy ? socket.handshake.headers['x-forwarded-for'] : undefined;
  const first = [forwarded ?? []].flat()[0]?.split(',')[0]?.trim();
  return first === undefined || first === '' ? socket.handshake.address : first;
};
