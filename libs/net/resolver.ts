import { Resolver } from 'node:dns/promises';

/** Answers every address of a name, IPv4 first. @throws Error when there is none, or no name server answers. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

const NOTHING = new Set(['ENODATA', 'ENOTFOUND']);

/**
 * Asks the name servers itself rather than through `getaddrinfo`: that one occupies a thread of the few that also hash
 * passwords and read files, for as long as the name server of whoever gave the name likes. So /etc/hosts does not count.
 */
export const dnsResolver = (timeoutMs: number): ResolveHost => {
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / 2)), tries: 2 });
  return async (hostname) => {
    const families = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
    if (addresses.length > 0) return addresses;
    const faults = families.flatMap((family) =>
      family.status === 'rejected' ? [family.reason as NodeJS.ErrnoException] : [],
    );
    throw (
      faults.find(({ code }) => code === undefined || !NOTHING.has(code)) ??
      faults[0] ??
      new Error('no address')
    );
  };
};
