import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** Whose word on the client counts: nobody's, that of so many proxies in a row, or of those in these networks. */
export type TrustedProxies = false | number | readonly string[];

/** What of a request says who sent it. */
export interface Forwarded {
  /** The other end of the connection. */
  readonly peer: string;
  readonly headers: IncomingHttpHeaders;
}

const addresses = new WeakMap<IncomingMessage, string>();

/** Remembers for `addressOf` where a request came from. */
export const noteAddress = (raw: IncomingMessage, trusted: TrustedProxies): void =>
  void addresses.set(raw, clientAddress(forwardedOf(raw), trusted));

/** Where a request came from. */
export const addressOf = ({ raw, ip }: Pick<FastifyRequest, 'raw' | 'ip'>): string =>
  addresses.get(raw) ?? ip;

export const forwardedOf = ({ socket, headers }: IncomingMessage): Forwarded => ({
  peer: socket.remoteAddress ?? '',
  headers,
});

/** Whether the other end of the connection is a proxy of ours, so that what it forwards is its word. */
export const isOfProxy = ({ peer }: Pick<Forwarded, 'peer'>, trusted: TrustedProxies): boolean =>
  isTrusted(peer, 0, trusted);

/**
 * The client's address. Each proxy adds at the end of `X-Forwarded-For` whom it was asked by, so the list is read from there, as
 * far as those who wrote it are trusted: what stands before is what the client itself may have sent. Ports, which some proxies
 * write, do not count; where a trusted proxy names no address, the proxy is all that is known.
 */
export const clientAddress = ({ peer, headers }: Forwarded, trusted: TrustedProxies): string => {
  const entries = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').reverse();
  let client = plainAddress(peer) ?? peer;
  for (const [hop, entry] of entries.entries()) {
    const next = isTrusted(client, hop, trusted) ? plainAddress(entry.trim()) : null;
    if (next === null) break;
    client = next;
  }
  return client;
};

const isTrusted = (address: string, hop: number, trusted: TrustedProxies): boolean => {
  if (trusted === false) return false;
  if (typeof trusted === 'number') return hop < trusted;
  const plain = plainAddress(address);
  return plain !== null && isInside(plain, trusted);
};

/** Whether an address is in one of the networks, each an address or in CIDR notation. */
export const isInside = (address: string, networks: readonly string[]): boolean => {
  const from = ipaddr.process(address);
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network.includes('/') ? network : `${network}/${widthOf(network)}`);
    return from.kind() === base.kind() && from.match(base, bits);
  });
};

const widthOf = (address: string): number => (ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128);

const WITH_PORT = /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/i;

/** An address as it is written everywhere here: IPv4 where it is one, without a port; null when it is none. */
const plainAddress = (text: string): string | null => {
  const [, v6, v4] = WITH_PORT.exec(text) ?? [];
  const bare = v6 ?? v4 ?? text;
  const known = bare.includes(':') ? ipaddr.IPv6.isValid(bare) : ipaddr.IPv4.isValidFourPartDecimal(bare);
  return known ? ipaddr.process(bare).toString() : null;
};
