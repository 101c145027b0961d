import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { isInside } from '#libs/http';
import { Clock, DomainError, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { ApiKeys, hashToken, type KeyHolder } from '#libs/security';
import { assertKeyServes, isApiKey, keyInvalid, tenantOfKey } from '../../domain/api-key.js';
import { ApiKeyRepository, type ApiKeyView } from './api-key.repository.js';

/** A key that was revoked, or never was one, is taken for what it was for as long as this. */
const CACHE_MS = 1_000;
const CACHED = 10_000;
const TOUCH_EVERY_MS = 60_000;

interface Found {
  /** null: there is no such key. */
  readonly key: ApiKeyView | null;
}

/** The keys of the database, looked up at most once a second each; when and from where they are used is written once a minute. */
@Injectable()
export class StoredApiKeys extends ApiKeys implements BeforeApplicationShutdown {
  private readonly logger = new Logger(StoredApiKeys.name);
  private readonly found = new LRUCache<string, Found>({ max: CACHED, ttl: CACHE_MS });
  private readonly touched = new LRUCache<string, true>({ max: CACHED, ttl: TOUCH_EVERY_MS });
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  isKey(token: string): boolean {
    return isApiKey(token);
  }

  async authenticate(secret: string, address: string, traceId: string): Promise<KeyHolder> {
    const tenantId = tenantOfKey(secret);
    if (tenantId === null) throw keyInvalid();
    const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
      runInContext({ tenantId, actor: { kind: 'system', id: 'api-keys' }, traceId }, () =>
        this.uow.run(work),
      );
    const hash = hashToken(secret);
    let found = this.found.get(hash);
    if (!found) {
      found = { key: await inTenant(() => this.keys.findByHash(hash)) };
      this.found.set(hash, found);
    }
    const { key } = found;
    if (!key) throw keyInvalid();
    const now = this.clock.now();
    assertKeyServes(key, now);
    assertAddress(key.allowedNetworks, address);
    if (!this.touched.has(key.id)) {
      this.touched.set(key.id, true);
      this.note(inTenant(() => this.keys.touch(key.id, now, address)));
    }
    return { tenantId, keyId: key.id, scopes: new Set(key.scopes) };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.writing);
  }

  /** Nobody waits for it. */
  private note(writing: Promise<void>): void {
    const done = writing
      .catch((error: unknown) =>
        this.logger.warn({ message: 'the use of an API key is not noted', err: error }),
      )
      .finally(() => this.writing.delete(done));
    this.writing.add(done);
  }
}

/** Error: `auth.key_address_refused` (403). */
const assertAddress = (networks: readonly string[], address: string): void => {
  if (networks.length === 0) return;
  if (!ipaddr.isValid(address) || !isInside(address, networks))
    throw new DomainError(
      'forbidden',
      'auth.key_address_refused',
      'This API key may not be used from this address: see its allowedNetworks.',
    );
};
