import { DomainError } from '#libs/kernel';
import { isPublicSuffix } from './public-suffixes.js';

/** What follows a label's rules (RFC 1035, 2.3.4; RFC 5891 through the URL standard). */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** RFC 6761, 6762, 7686, 8375, 9476: never answered by the public DNS. */
const SPECIAL = ['localhost', 'local', 'internal', 'invalid', 'onion', 'arpa', 'alt', 'lan', 'home', 'corp'];

/**
 * The ASCII form of a host name, as browsers send it: lower-case, punycode, without the dot at the end; null when it is none.
 * By the URL standard, so that no host reads one way here and another way there. An IP address answers as the standard
 * writes it.
 */
export const asciiHost = (input: string): string | null => {
  const text = input.trim();
  if (text.length > 1000 || /[\s/\\?#@:%,<>^|`"{}]/.test(text)) return null;
  const url = `https://${text.replace(/[.。．｡]$/u, '')}/`;
  return URL.canParse(url) ? new URL(url).hostname : null;
};

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[');

/** Whether `host` is `parent` or a name below it. */
export const isWithin = (host: string, parent: string): boolean =>
  host === parent || host.endsWith(`.${parent}`);

/**
 * The domain that a business may claim. `own` are the hosts of the installation.
 * Errors (422): `domains.name_invalid`, `domains.name_reserved`.
 */
export const claimable = (input: string, own: readonly string[]): string => {
  const name = asciiHost(input);
  const labels = name?.split('.') ?? [];
  if (name === null || isAddress(name) || name.length > 253 || !labels.every((label) => LABEL.test(label)))
    throw invalid('must be a host name such as chat.example.com, without scheme, port or path');
  if (labels.length < 2) throw invalid('must have at least two labels, such as example.com');
  if (SPECIAL.includes(labels.at(-1) ?? '') || /^\d+$/.test(labels.at(-1) ?? ''))
    throw reserved(`${name} is not a name of the public DNS`);
  if (isPublicSuffix(name)) throw reserved(`${name} is a registry: nobody owns it alone`);
  if (own.some((host) => isWithin(name, host) || isWithin(host, name)))
    throw reserved(`${name} belongs to this installation`);
  // "_frontdesk-challenge." must still fit in front.
  if (name.length > 253 - CHALLENGE.length - 1) throw invalid('is too long for its proof');
  return name;
};

const CHALLENGE = '_frontdesk-challenge';

/** Where the TXT record that proves a domain is looked for. */
export const challengeOf = (name: string): string => `${CHALLENGE}.${name}`;

const invalid = (rule: string): DomainError =>
  DomainError.invalid('domains.name_invalid', '/name', `name ${rule}.`);
const reserved = (why: string): DomainError =>
  DomainError.invalid('domains.name_reserved', '/name', `${why}.`);
