import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { IdentityKey } from '../contracts/thread.commands.js';

export interface Identity {
  readonly id: string;
  readonly channelId: string;
  readonly customerId: string;
  /** Where the channel sends to. */
  readonly address: string;
  readonly displayName: string | null;
  readonly phone: string | null;
  readonly language: string | null;
}

interface Sender {
  readonly keys: readonly IdentityKey[];
  readonly phone?: string;
  readonly displayName?: string;
}

const COLUMNS = `i.id, i.channel_id AS "channelId", i.customer_id AS "customerId", i.address,
  i.display_name AS "displayName", i.phone, i.language`;

/** Customers as their channels know them: one identity, any number of keys, none of them necessarily a phone number. */
@Injectable()
export class IdentityRepository {
  constructor(private readonly uow: UnitOfWork) {}

  findByKeys(channelId: string, keys: readonly IdentityKey[]): Promise<Identity | null> {
    return this.byKeys(channelId, keys, '');
  }

  private async byKeys(
    channelId: string,
    keys: readonly IdentityKey[],
    locking: '' | 'FOR KEY SHARE OF i',
  ): Promise<Identity | null> {
    const [row] = await this.uow.query<Identity>(
      `SELECT ${COLUMNS} FROM identity_key k
       JOIN identity i ON i.tenant_id = k.tenant_id AND i.id = k.identity_id
       JOIN unnest($3::text[], $4::text[]) WITH ORDINALITY AS wanted(kind, value, rank)
         ON wanted.kind = k.kind AND wanted.value = k.value
       WHERE k.tenant_id = $1 AND k.channel_id = $2 AND k.retired_at IS NULL
       ORDER BY wanted.rank LIMIT 1 ${locking}`,
      [currentTenant(), channelId, keys.map((k) => k.kind), keys.map((k) => k.value)],
    );
    return row ?? null;
  }

  async findById(id: string): Promise<Identity | null> {
    const [row] = await this.uow.query<Identity>(
      `SELECT ${COLUMNS} FROM identity i WHERE i.tenant_id = $1 AND i.id = $2`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  /**
   * The identity with any of the sender's keys, or a new one; learns keys and names that it did not have. It stays until this
   * unit of work ends: an erasure waits for us, or we for it, and then it is a new person who writes.
   */
  async findOrCreate(channelId: string, sender: Sender, now: Date): Promise<Identity> {
    for (;;) {
      const known = await this.byKeys(channelId, sender.keys, 'FOR KEY SHARE OF i');
      if (known) return this.learn(known, sender, now);
      const created = await this.create(channelId, sender, now);
      if (created) return created;
    }
  }

  /** Old keys of the same kinds are retired, so that whoever gets the old number later is somebody else. */
  async moveTo(identity: Identity, to: Sender, now: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE identity_key SET retired_at = $4
       WHERE tenant_id = $1 AND identity_id = $2 AND retired_at IS NULL AND kind = ANY ($3)`,
      [currentTenant(), identity.id, [...to.keys.map((k) => k.kind), 'phone'], now],
    );
    // Whoever held the new address before has lost it.
    await this.uow.execute(
      `UPDATE identity_key k SET retired_at = $5
       FROM unnest($3::text[], $4::text[]) AS taken(kind, value)
       WHERE k.tenant_id = $1 AND k.channel_id = $2 AND k.kind = taken.kind AND k.value = taken.value AND k.retired_at IS NULL`,
      [currentTenant(), identity.channelId, to.keys.map((k) => k.kind), to.keys.map((k) => k.value), now],
    );
    await this.addKeys(identity.channelId, identity.id, to.keys, now);
    await this.uow.execute(
      `UPDATE identity SET address = $3, phone = coalesce($4, phone) WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), identity.id, routingAddress(to.keys), to.phone ?? null],
    );
  }

  async setLanguage(id: string, language: string): Promise<void> {
    await this.uow.write(
      `UPDATE identity SET language = $3 WHERE tenant_id = $1 AND id = $2 AND language IS DISTINCT FROM $3`,
      [currentTenant(), id, language],
    );
  }

  private async learn(known: Identity, sender: Sender, now: Date): Promise<Identity> {
    await this.addKeys(known.channelId, known.id, sender.keys, now);
    const displayName = sender.displayName ?? known.displayName;
    const phone = sender.phone ?? known.phone;
    if (displayName === known.displayName && phone === known.phone) return known;
    await this.uow.execute(
      `UPDATE identity SET display_name = $3, phone = $4 WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), known.id, displayName, phone],
    );
    return { ...known, displayName, phone };
  }

  private async create(channelId: string, sender: Sender, now: Date): Promise<Identity | null> {
    if (sender.keys.length === 0) throw new Error('a sender without any key cannot be told from others');
    const identity: Identity = {
      id: newId(),
      channelId,
      customerId: newId(),
      address: routingAddress(sender.keys),
      displayName: sender.displayName ?? null,
      phone: sender.phone ?? null,
      language: null,
    };
    await this.uow.execute(
      `INSERT INTO identity (tenant_id, id, channel_id, customer_id, address, display_name, phone, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        currentTenant(),
        identity.id,
        channelId,
        identity.customerId,
        identity.address,
        identity.displayName,
        identity.phone,
        now,
      ],
    );
    if (await this.addKeys(channelId, identity.id, sender.keys, now)) return identity;
    // Another transaction was first with every key; its identity is the one.
    await this.uow.execute('DELETE FROM identity WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      identity.id,
    ]);
    return null;
  }

  private async addKeys(
    channelId: string,
    identityId: string,
    keys: readonly IdentityKey[],
    now: Date,
  ): Promise<boolean> {
    const added = await this.uow.query(
      `INSERT INTO identity_key (tenant_id, id, channel_id, kind, value, identity_id, created_at)
       SELECT $1, k.id, $2, k.kind, k.value, $3, $4
       FROM unnest($5::uuid[], $6::text[], $7::text[]) AS k(id, kind, value)
       ON CONFLICT DO NOTHING RETURNING 1`,
      [
        currentTenant(),
        channelId,
        identityId,
        now,
        keys.map(() => newId()),
        keys.map((k) => k.kind),
        keys.map((k) => k.value),
      ],
    );
    return added.length > 0;
  }
}

const ROUTING_ORDER: readonly IdentityKey['kind'][] = ['wa_id', 'visitor', 'phone', 'bsuid'];

/** The key to send to, of those we know. */
const routingAddress = (keys: readonly IdentityKey[]): string =>
  [...keys].sort((a, b) => ROUTING_ORDER.indexOf(a.kind) - ROUTING_ORDER.indexOf(b.kind))[0]?.value ?? '';
