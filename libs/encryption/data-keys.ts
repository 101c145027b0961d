import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Settings } from '#libs/config';
import { Clock, newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataKeyRow, DataKeyStore, SYSTEM_REALM } from './data-key-store.js';
import { KEY_BYTES } from './envelope.js';
import { DataKeyDestroyed } from './errors.js';
import { KeyBell } from './key-bell.js';
import { Keyring } from './keyring.js';

export interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

/** What a data key is for. `scope` is unique among a realm's living keys. */
export interface KeyPurpose {
  readonly scope: string;
  readonly subjectId: string | null;
}

export const TENANT_KEY: KeyPurpose = { scope: 'tenant', subjectId: null };
export const INDEX_KEY: KeyPurpose = { scope: 'index', subjectId: null };
export const subjectKey = (subjectId: string): KeyPurpose => ({ scope: `subject:${subjectId}`, subjectId });

/** What one unit of work has made, by `realm:id` and by `realm:scope`. */
class Entries {
  readonly keys = new Map<string, DataKey>();
  readonly current = new Map<string, DataKey>();
  /** It has destroyed keys: what it reads from then on is true for the others only if it commits. */
  destroyed = false;
}

const UNIT = Symbol('data keys of the unit of work');

/**
 * Unwrapped data keys: those in use are kept in memory for DATA_KEY_CACHE_SECONDS at most. A key that a unit of work has
 * made is its own until it has committed: were it rolled back, nobody could open what others had sealed with it.
 */
@Injectable()
export class DataKeys {
  private readonly keys: LRUCache<string, DataKey | DataKeyDestroyed>;
  private readonly current: LRUCache<string, DataKey>;
  private readonly me = newId();
  /** Counts evictions: what was read before one is not kept after it. */
  private evictions = 0;

  constructor(
    private readonly store: DataKeyStore,
    private readonly ring: Keyring,
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly bell: KeyBell,
    { security }: Settings,
  ) {
    const limits = { max: security.dataKeyCacheSize, ttl: security.dataKeyCacheSeconds * 1000 };
    this.keys = new LRUCache(limits);
    this.current = new LRUCache(limits);
    bell.onRing((realm, from) => from !== this.me && this.evict(realm));
  }

  /** The living key of the purpose, made now if there is none. */
  async currentOf(realm: string, purpose: KeyPurpose): Promise<DataKey> {
    const name = `${realm}:${purpose.scope}`;
    const known = this.current.get(name) ?? this.unit()?.current.get(name);
    return known ?? this.inUnit(realm, () => this.findOrMake(realm, purpose));
  }

  /** The keys with these ids; an error in the place of one that was destroyed, nothing for one that never was. */
  async byIds(realm: string, ids: readonly string[]): Promise<Map<string, DataKey | DataKeyDestroyed>> {
    const found = new Map<string, DataKey | DataKeyDestroyed>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const known = this.unit()?.keys.get(`${realm}:${id}`) ?? this.keys.get(`${realm}:${id}`);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const before = this.evictions;
    for (const row of await this.inUnit(realm, () => this.store.findByIds(realm, missing))) {
      const key = this.unwrap(realm, row) ?? new DataKeyDestroyed(row.id);
      found.set(row.id, key);
      if (this.mayKeep(before)) this.keys.set(`${realm}:${row.id}`, key);
    }
    return found;
  }

  /**
   * Destroys keys in the current unit of work. Here it holds from the commit on; in other processes from when they hear of
   * it, DATA_KEY_CACHE_SECONDS later at the latest.
   */
  async destroy(tenantId: string, where: { subjectId: string } | { scope: string }): Promise<number> {
    return this.inUnit(tenantId, async () => {
      const destroyed = await this.store.destroy(tenantId, where, this.clock.now());
      if (destroyed.length === 0) return 0;
      const unit = this.unit();
      if (unit) unit.destroyed = true;
      for (const id of destroyed) unit?.keys.delete(`${tenantId}:${id}`);
      for (const [name, { id }] of unit?.current ?? [])
        if (destroyed.includes(id)) unit?.current.delete(name);
      this.evict(tenantId);
      this.uow.afterCommit(() => this.forget(tenantId));
      return destroyed.length;
    });
  }

  /** Reads the realm's keys anew, here and in the other processes. */
  forget(realm: string): void {
    this.evict(realm);
    this.bell.ring(realm, this.me);
  }

  private evict(realm: string): void {
    this.evictions += 1;
    for (const cache of [this.keys, this.current])
      for (const name of cache.keys()) if (name.startsWith(`${realm}:`)) cache.delete(name);
  }

  private async findOrMake(realm: string, purpose: KeyPurpose): Promise<DataKey> {
    for (;;) {
      const before = this.evictions;
      const row = await this.store.findCurrent(realm, purpose.scope);
      const key = row && this.unwrap(realm, row);
      if (key) {
        if (this.mayKeep(before)) this.keep(realm, purpose.scope, key);
        return key;
      }
      const made = await this.make(realm, purpose);
      if (made) return made;
    }
  }

  private async make(realm: string, { scope, subjectId }: KeyPurpose): Promise<DataKey | null> {
    const fresh: DataKey = { id: newId(), key: randomBytes(KEY_BYTES) };
    const wrappedKey = this.ring.wrap(fresh.key, { realm, id: fresh.id, scope });
    const made = await this.store.insert(realm, {
      id: fresh.id,
      scope,
      subjectId,
      wrappedKey,
      kekId: this.ring.activeId,
      createdAt: this.clock.now(),
    });
    if (!made) return null;
    const unit = this.unit();
    if (!unit) this.keep(realm, scope, fresh);
    else {
      unit.keys.set(`${realm}:${fresh.id}`, fresh);
      unit.current.set(`${realm}:${scope}`, fresh);
      // Nothing to lose by forgetting it: the next to ask reads it.
      const before = this.evictions;
      this.uow.afterCommit(() => before === this.evictions && this.keep(realm, scope, fresh));
    }
    return fresh;
  }

  private mayKeep(evictionsBefore: number): boolean {
    return evictionsBefore === this.evictions && !this.unit()?.destroyed;
  }

  private keep(realm: string, scope: string, key: DataKey): void {
    this.keys.set(`${realm}:${key.id}`, key);
    this.current.set(`${realm}:${scope}`, key);
  }

  private unwrap(realm: string, { id, scope, wrappedKey, kekId }: DataKeyRow): DataKey | null {
    return wrappedKey === null
      ? null
      : { id, key: this.ring.unwrap(wrappedKey, kekId, { realm, id, scope }) };
  }

  private unit(): Entries | null {
    return this.uow.active ? this.uow.local(UNIT, () => new Entries()) : null;
  }

  /** Keys of a tenant are read in its unit of work, the one that is open or one for this alone. */
  private inUnit<T>(realm: string, work: () => Promise<T>): Promise<T> {
    if (realm === SYSTEM_REALM || this.uow.active) return work();
    const actor = { kind: 'system', id: 'encryption' } as const;
    return runInContext({ tenantId: realm, actor, traceId: newId() }, () => this.uow.run(work));
  }
}
