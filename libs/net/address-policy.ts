import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network: an address and the length of its prefix. */
export type Network = readonly [Address, number];

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address. @throws Error for anything else. */
export const parseNetwork = (text: string): Network => {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is not an address`);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

/**
 * Where clouds answer with credentials to whoever asks from inside. No allow-list opens these. Most lie in ranges that are refused
 * anyway; Azure's lies among public addresses.
 */
const METADATA = [
  '169.254.169.254', // AWS, Google, Azure, DigitalOcean, OpenStack
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  '168.63.129.16', // Azure
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  'fd00:ec2::254', // AWS
  'fd00:ec2::23',
  'fd20:ce::254', // Google
].map(parseNetwork);

/** What IANA gives out to be reached from anywhere; whatever lies outside is none of ours, now or later. */
const GLOBAL_UNICAST_V6 = parseNetwork('2000::/3');
/** RFC 6052: an IPv6-only installation sees the IPv4 internet through it. */
const NAT64 = parseNetwork('64:ff9b::/96');

/**
 * Why nothing may be sent to an address, as a word or two; null when it may. Public unicast is allowed, and what the
 * operator lists in `allowed`; all else is refused, so that a range nobody thought of is refused too.
 *
 * Addresses that carry an IPv4 address inside (NAT64, ISATAP) are judged by it; mapped, compatible, 6to4 and Teredo ones are
 * refused whatever they carry: no receiver needs them.
 */
export const addressRefusal = (text: string, allowed: readonly Network[]): string | null => {
  const address = parseAddress(text);
  if (!address) return 'not an address';
  if (METADATA.some((network) => contains(network, address))) return 'cloud metadata';
  if (allowed.some((network) => contains(network, address))) return null;
  return address instanceof ipaddr.IPv4 ? v4Refusal(address) : v6Refusal(address, allowed);
};

const v4Refusal = (address: ipaddr.IPv4): string | null =>
  address.range() === 'unicast' ? null : wordsOf(address.range());

const v6Refusal = (address: ipaddr.IPv6, allowed: readonly Network[]): string | null => {
  if (contains(NAT64, address)) return embeddedRefusal(address, allowed);
  if (address.range() !== 'unicast') return wordsOf(address.range());
  if (!contains(GLOBAL_UNICAST_V6, address)) return 'reserved';
  return isIsatap(address) ? embeddedRefusal(address, allowed) : null;
};

const embeddedRefusal = (address: ipaddr.IPv6, allowed: readonly Network[]): string | null =>
  addressRefusal(new ipaddr.IPv4(address.toByteArray().slice(12)).toString(), allowed);

/** RFC 5214: an interface id of 0000:5efe or 0200:5efe and an IPv4 address. */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean =>
  parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x0200);

/** The canonical notations only: others are normalised by the URL before, or come from nobody we ask. */
function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.IPv6.parse(text);
}

const contains = ([network, prefix]: Network, address: Address): boolean =>
  network.kind() === address.kind() && address.match(network, prefix);

/** `carrierGradeNat` → `carrier grade nat`. */
const wordsOf = (range: string): string => range.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
