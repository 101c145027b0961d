import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { ProviderError } from '#libs/kernel';

/** What the DNS says. Injectable, so that another source can take its place. */
export abstract class DnsResolver {
  /** The TXT records of a name, each with its strings joined; none when the name or the records do not exist. */
  abstract txt(name: string): Promise<string[]>;
  /** The name it is an alias of, without the dot at the end; null for none. */
  abstract cname(name: string): Promise<string | null>;
}

/** c-ares: there is an answer, and it is that there is nothing. Anything else is no answer. */
const NOTHING = new Set(['ENODATA', 'ENOTFOUND']);

/** Asks DNS_RESOLVERS, or the system's servers. Error: `ProviderError` of `dns`, transient, when there was no answer. */
@Injectable()
export class SystemDnsResolver extends DnsResolver {
  private readonly resolver: Resolver;

  constructor({ domains }: Settings) {
    super();
    this.resolver = new Resolver({ timeout: domains.dnsTimeoutMs, tries: 2 });
    if (domains.resolvers.length > 0) this.resolver.setServers([...domains.resolvers]);
  }

  async txt(name: string): Promise<string[]> {
    const records = await this.ask(() => this.resolver.resolveTxt(name));
    return (records ?? []).map((strings) => strings.join(''));
  }

  async cname(name: string): Promise<string | null> {
    const [target] = (await this.ask(() => this.resolver.resolveCname(name))) ?? [];
    return target?.toLowerCase().replace(/\.$/, '') ?? null;
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | null> {
    try {
      return await question();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== undefined && NOTHING.has(code)) return null;
      throw new ProviderError(
        'dns',
        'transient',
        'the DNS gave no answer',
        code === undefined ? {} : { code },
      );
    }
  }
}
