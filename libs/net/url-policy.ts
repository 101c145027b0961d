import { isIP } from 'node:net';
import { DomainError } from '#libs/kernel';
import { addressRefusal, type Network } from './address-policy.js';

/** From and to, both included. */
export type PortRange = readonly [number, number];

/** What may be reached. Made of the settings `OUTGOING_...`. */
export interface OutgoingPolicy {
  /** Networks that are reached although they are not public. */
  readonly allowedNetworks: readonly Network[];
  readonly allowedPorts: readonly PortRange[];
  readonly httpsOnly: boolean;
}

export interface UrlRefusal {
  /** Stable: `net.url_invalid`, `net.scheme_refused`, `net.credentials_refused`, `net.port_refused`, `net.host_refused`. */
  readonly code: string;
  /** What is wrong and how to mend it, for the person who gave the URL. */
  readonly detail: string;
}

const MAX_LENGTH = 2048;
/** Names that lead inside. RFC 6761, 6762, 8375; the rest by custom. */
const INSIDE = ['local', 'internal', 'localdomain', 'home.arpa', 'intranet', 'private', 'corp', 'lan'];

/**
 * Why a URL may not be called as it is written; null when it may. Without a DNS look-up, so fit for validation inside a unit
 * of work: what the name leads to is checked at every call.
 *
 * The URL is judged as WHATWG normalises it, and so as it will be called: `http://0x7f.1`, `http://2130706433` and
 * `http://①②⑦.0.0.1` are all 127.0.0.1 by then.
 */
export const urlRefusal = (text: string, policy: OutgoingPolicy): UrlRefusal | null => {
  if (text.length > MAX_LENGTH)
    return refused('net.url_invalid', `The URL may have at most ${MAX_LENGTH} characters.`);
  // URL would drop these in silence, and what is stored would not be what was read.
  if (/[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text))
    return refused(
      'net.url_invalid',
      'This is not an absolute URL. Write it as https://example.com/path, without spaces or backslashes.',
    );
  const url = new URL(text);
  const https = url.protocol === 'https:';
  if (!https && (url.protocol !== 'http:' || policy.httpsOnly))
    return refused(
      'net.scheme_refused',
      policy.httpsOnly ? 'The URL must start with https://.' : 'The URL must start with https:// or http://.',
    );
  if (url.username !== '' || url.password !== '')
    return refused(
      'net.credentials_refused',
      'The URL must not hold a user name or password; send what authenticates in a header.',
    );
  const port = Number(url.port) || (https ? 443 : 80);
  if (!policy.allowedPorts.some(([from, to]) => port >= from && port <= to))
    return refused('net.port_refused', `Port ${port} is not open for outgoing requests here. Use 443.`);
  return hostRefusal(url.hostname, policy.allowedNetworks);
};

/** As `urlRefusal`, thrown. `pointer` is the JSON pointer of the field. Errors: those of `UrlRefusal`, as `invalid` (422). */
export const checkUrl = (text: string, pointer: string, policy: OutgoingPolicy): URL => {
  const refusal = urlRefusal(text, policy);
  if (refusal) throw DomainError.invalid(refusal.code, pointer, refusal.detail);
  return new URL(text);
};

/** `[::1]` → `::1`; names as they are. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

const hostRefusal = (hostname: string, allowed: readonly Network[]): UrlRefusal | null => {
  const host = bareHost(hostname);
  if (isIP(host) !== 0) {
    const why = addressRefusal(host, allowed);
    return why === null
      ? null
      : refused('net.host_refused', `${host} is not a public address (${why}). Use a public host name.`);
  }
  if (host === '' || host.endsWith('.'))
    return refused('net.host_refused', 'Write the host name without a dot at its end.');
  const labels = host.split('.');
  const inside =
    labels.at(-1) === 'localhost' ||
    // Where the operator opened networks, their names are fit too: what they lead to is checked at the call.
    (allowed.length === 0 &&
      (labels.length === 1 || INSIDE.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))));
  return inside
    ? refused('net.host_refused', `${host} is a name of a private network. Use a public host name.`)
    : null;
};

const refused = (code: string, detail: string): UrlRefusal => ({ code, detail });
