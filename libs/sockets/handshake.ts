import type { Socket } from 'socket.io';
import { clientAddress, type Forwarded, hostOf, isOfProxy, type TrustedProxies } from '#libs/http';

/**
 * The host that a socket came to, as `hostOf` writes it; null when it is none, or when the page that connects is another
 * host's: browsers say whose page it is (OWASP ASVS 5.0, 4.4.2).
 */
export const hostOfHandshake = (socket: Socket, trusted: TrustedProxies): string | null => {
  const forwarded = forwardedOf(socket);
  const host = hostOf(forwarded.headers, isOfProxy(forwarded, trusted));
  const { origin } = forwarded.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).hostname !== host)) return null;
  return host;
};

/** The client's address, found as that of requests is. */
export const addressOfHandshake = (socket: Socket, trusted: TrustedProxies): string =>
  clientAddress(forwardedOf(socket), trusted);

const forwardedOf = ({ handshake: { address, headers } }: Socket): Forwarded => ({ peer: address, headers });
