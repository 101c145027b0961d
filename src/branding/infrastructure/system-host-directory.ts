import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Settings } from '#libs/config';
import { SystemFunctions } from '#libs/persistence';
import { HostDirectory } from '../contracts/index.js';
import { OwnHosts } from './own-hosts.js';

type Owner = { kind: 'tenant'; tenantId: string; domain: string };

const MOST_REMEMBERED = 10_000;

/** Looks a host up once in a while, however often it is asked for; hosts of nobody are remembered too. */
@Injectable()
export class SystemHostDirectory extends HostDirectory {
  private readonly known: LRUCache<string, Promise<Owner | null>> | null;

  constructor(
    private readonly own: OwnHosts,
    private readonly system: SystemFunctions,
    { domains }: Settings,
  ) {
    super();
    // To the cache, a life of 0 is one without end.
    this.known = domains.cacheMs === 0 ? null : new LRUCache({ max: MOST_REMEMBERED, ttl: domains.cacheMs });
  }

  async ownerOf(host: string): Promise<{ kind: 'installation' } | Owner | null> {
    return this.own.has(host) ? { kind: 'installation' } : this.domain(host);
  }

  /** Of a custom domain that is proved and not suspended. */
  domain(host: string): Promise<Owner | null> {
    const known = this.known?.get(host);
    if (known) return known;
    const asked = this.find(host);
    this.known?.set(host, asked);
    asked.catch(() => this.known?.delete(host));
    return asked;
  }

  /** In this process; the others see it within DOMAINS_CACHE_MS. */
  forget(host: string): void {
    this.known?.delete(host);
  }

  private async find(host: string): Promise<Owner | null> {
    const [row] = await this.system.call<{ tenant_id: string }>('find_domain_route', [host]);
    return row ? { kind: 'tenant', tenantId: row.tenant_id, domain: host } : null;
  }
}
