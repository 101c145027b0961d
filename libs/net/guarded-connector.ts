import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { addressRefusal } from './address-policy.js';
import { RefusedByGuard } from './net-errors.js';
import type { ResolveHost } from './resolver.js';
import { bareHost, type OutgoingPolicy } from './url-policy.js';

export interface ConnectorOptions {
  readonly policy: OutgoingPolicy;
  readonly resolve: ResolveHost;
  readonly connectTimeoutMs: number;
  /** Further certificate authorities in PEM; the system's own when absent. */
  readonly ca?: string;
  readonly signal: AbortSignal;
  /** Told once the way is open: from here on bytes may have arrived. */
  readonly onConnected: (address: string) => void;
}

/** How many addresses of one name are tried before it counts as away. */
const MOST_TRIES = 4;

/**
 * The addresses of a host, every one of them checked: one that is refused refuses them all, for whoever mixes a private
 * address among public ones only waits for the other to be picked. Error: `net.address_refused`.
 */
export const checkedAddresses = async (
  hostname: string,
  { policy, resolve }: Pick<ConnectorOptions, 'policy' | 'resolve'>,
): Promise<readonly string[]> => {
  const host = bareHost(hostname);
  const addresses = isIP(host) !== 0 ? [host] : await resolve(host);
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENODATA' });
  for (const address of addresses) {
    const why = addressRefusal(address, policy.allowedNetworks);
    if (why !== null)
      throw new RefusedByGuard(
        'net.address_refused',
        `The host name leads to an address that is not public (${why}).`,
      );
  }
  return addresses;
};

/**
 * Connects to an address that was checked, and by that address: the name is not resolved a second time, so a name server
 * that answers differently the second time is not asked. TLS still proves the name.
 */
export const guardedConnector = (options: ConnectorOptions): buildConnector.connector => {
  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    maxCachedSessions: 0,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  return (target, callback) => {
    const open = async () => {
      const addresses = await aborted(checkedAddresses(target.hostname, options), options.signal);
      const host = bareHost(target.hostname);
      let fault: unknown;
      for (const address of addresses.slice(0, MOST_TRIES)) {
        options.signal.throwIfAborted();
        try {
          const socket = await new Promise<Parameters<typeof callback>[1]>((resolve, reject) =>
            connect(
              { ...target, hostname: address, servername: isIP(host) === 0 ? host : undefined },
              (error, opened) => (error ? reject(error) : resolve(opened)),
            ),
          );
          options.onConnected(address);
          return socket;
        } catch (error) {
          fault = error;
        }
      }
      throw fault;
    };
    open().then(
      (socket) => callback(null, socket as never),
      (error: unknown) => callback(error as Error, null),
    );
  };
};

const aborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
