import ipaddr from 'ipaddr.js';

/** What an attacker has to change to look like somebody else: an IPv4 address, or the /64 that one IPv6 subscriber has. */
export const networkOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
};
