import ipaddr from 'ipaddr.js';
import { DomainError } from '#libs/kernel';

/**
 * A network in CIDR notation, without bits beyond its length; a single address is one of its own. IPv4 in IPv6 is IPv4, as
 * callers are seen. What could be read in more than one way, such as 010.0.0.1, or holds on one machine alone, is refused.
 */
export const allowedNetwork = (text: string): string => {
  const [address = '', length] = text.split('/');
  const known = address.includes(':')
    ? ipaddr.IPv6.isValid(address) && !address.includes('%')
    : ipaddr.IPv4.isValidFourPartDecimal(address);
  if (known && (length === undefined || ipaddr.isValidCIDR(text))) return plainNetwork(address, length);
  throw DomainError.invalid(
    'tenancy.key_network_invalid',
    '/allowedNetworks',
    `${text.slice(0, 60)} is no address and no network such as 198.51.100.0/24.`,
  );
};

const MAPPED_BITS = 96;

const plainNetwork = (address: string, length: string | undefined): string => {
  const plain = ipaddr.process(address);
  const written = ipaddr.parse(address);
  const whole = written.kind() === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? whole : Number(length);
  if (plain.kind() === written.kind()) return `${firstOf(plain, bits)}/${bits}`;
  return bits < MAPPED_BITS
    ? `${firstOf(written, bits)}/${bits}`
    : `${firstOf(plain, bits - MAPPED_BITS)}/${bits - MAPPED_BITS}`;
};

const firstOf = (address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string =>
  address.kind() === 'ipv4'
    ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString();
