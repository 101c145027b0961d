import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
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

/** Keys are compared by their blind index; those of before have none yet, and their value is plain. */
export const KEY_INDEX = { table: 'identity_key', column: 'value' } as const;
const SAME_KEY = (other: 'wanted' | 'taken' | 'n'): string =>
  `k.kind = ${other}.kind AND (k.value_index = ${other}.value_index OR (k.value_index IS NULL AND k.value = ${other}.value))`;

/** Customers as their channels know them: one identity, any number of keys, none of them necessarily a phone number. */
@Injectable()
export class IdentityRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

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
       JOIN unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS wanted(kind, value, value_index, rank)
         ON ${SAME_KEY('wanted')}
       WHERE k.tenant_id = $1 AND k.channel_id = $2 AND k.retired_at IS NULL
       ORDER BY wanted.rank LIMIT 1 ${locking}`,
      [currentTenant(), channelId, ...(await this.columnsOf(keys))],
    );
    return this.opened(row);
  }

  async findById(id: string): Promise<Identity | null> {
    const [row] = await this.uow.query<Identity>(
      `SELECT ${COLUMNS} FROM identity i WHERE i.tenant_id = $1 AND i.id = $2`,
      [currentTenant(), id],
    );
    return this.opened(row);
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
      `UPDATE identity_key k SET retired_at = $6
       FROM unnest($3::text[], $4::text[], $5::text[]) AS taken(kind, value, value_index)
       WHERE k.tenant_id = $1 AND k.channel_id = $2 AND ${SAME_KEY('taken')} AND k.retired_at IS NULL`,
      [currentTenant(), identity.channelId, ...(await this.columnsOf(to.keys)), now],
    );
    await this.addKeys(identity, to.keys, now);
    const { address, phone } = await this.sealed({
      ...identity,
      address: routingAddress(to.keys),
      phone: to.phone ?? null,
    });
    await this.uow.execute(
      `UPDATE identity SET address = $3, phone = coalesce($4, phone) WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), identity.id, address, phone],
    );
  }

  async setLanguage(id: string, language: string): Promise<void> {
    await this.uow.write(
      `UPDATE identity SET language = $3 WHERE tenant_id = $1 AND id = $2 AND language IS DISTINCT FROM $3`,
      [currentTenant(), id, language],
    );
  }

  private async learn(known: Identity, sender: Sender, now: Date): Promise<Identity> {
    await this.addKeys(known, sender.keys, now);
    const displayName = sender.displayName ?? known.displayName;
    const phone = sender.phone ?? known.phone;
    // Empty when it was erased: who writes again after that can be answered.
    const address = known.address || routingAddress(sender.keys);
    if (displayName === known.displayName && phone === known.phone && address === known.address) return known;
    const learnt = { ...known, displayName, phone, address };
    const sealed = await this.sealed(learnt);
    await this.uow.execute(
      `UPDATE identity SET display_name = $3, phone = $4, address = $5 WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), known.id, sealed.displayName, sealed.phone, sealed.address],
    );
    return learnt;
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
    const sealed = await this.sealed(identity);
    await this.uow.execute(
      `INSERT INTO identity (tenant_id, id, channel_id, customer_id, address, display_name, phone, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        currentTenant(),
        identity.id,
        channelId,
        identity.customerId,
        sealed.address,
        sealed.displayName,
        sealed.phone,
        now,
      ],
    );
    if (await this.addKeys(identity, sender.keys, now)) return identity;
    // Another transaction was first with every key; its identity is the one.
    await this.uow.execute('DELETE FROM identity WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      identity.id,
    ]);
    return null;
  }

  private async addKeys(
    { channelId, id, customerId }: Identity,
    keys: readonly IdentityKey[],
    now: Date,
  ): Promise<boolean> {
    const ids = keys.map(() => newId());
    const [kinds, values, indexes] = await this.columnsOf(keys);
    const sealed = await Promise.all(
      ids.map((rowId, i) =>
        this.cipher.seal(values[i] ?? '', { table: 'identity_key', column: 'value', rowId }, customerId),
      ),
    );
    const added = await this.uow.query(
      `INSERT INTO identity_key (tenant_id, id, channel_id, kind, value, value_index, identity_id, created_at)
       SELECT $1, n.id, $2, n.kind, n.sealed, n.value_index, $3, $4
       FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[]) AS n(id, kind, value, value_index, sealed)
       WHERE NOT EXISTS (
         SELECT 1 FROM identity_key k
         WHERE k.tenant_id = $1 AND k.channel_id = $2 AND k.retired_at IS NULL AND ${SAME_KEY('n')})
       ON CONFLICT DO NOTHING RETURNING 1`,
      [currentTenant(), channelId, id, now, ids, kinds, values, indexes, sealed],
    );
    return added.length > 0;
  }

  private async columnsOf(keys: readonly IdentityKey[]): Promise<[string[], string[], string[]]> {
    return [
      keys.map((k) => k.kind),
      keys.map((k) => k.value),
      await Promise.all(keys.map((k) => this.cipher.blindIndex(k.value, KEY_INDEX))),
    ];
  }

  private async sealed(identity: Identity): Promise<Pick<Identity, 'address' | 'displayName' | 'phone'>> {
    const seal = (value: string, column: string) =>
      this.cipher.seal(value, { table: 'identity', column, rowId: identity.id }, identity.customerId);
    return {
      address: await seal(identity.address, 'address'),
      displayName: identity.displayName && (await seal(identity.displayName, 'display_name')),
      phone: identity.phone && (await seal(identity.phone, 'phone')),
    };
  }

  private async opened(row: Identity | undefined): Promise<Identity | null> {
    if (!row) return null;
    const [identity = row] = await this.cipher.openRows('identity', [row], FIELDS);
    return { ...identity, address: (identity.address as string | null) ?? '' };
  }
}

const FIELDS = {
  address: { column: 'address' },
  displayName: { column: 'display_name' },
  phone: { column: 'phone' },
} as const;

const ROUTING_ORDER: readonly IdentityKey['kind'][] = ['wa_id', 'visitor', 'phone', 'bsuid'];

/** The key to send to, of those we know. */
const routingAddress = (keys: readonly IdentityKey[]): string =>
  [...keys].sort((a, b) => ROUTING_ORDER.indexOf(a.kind) - ROUTING_ORDER.indexOf(b.kind))[0]?.value ?? '';
