import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { type DataSubject, SubjectHasher, type SubjectPart } from '#libs/privacy';
import type { CustomerCandidate } from '../contracts/customer.queries.js';
import { threadChanged } from '../domain/thread-news.js';
import { KEY_INDEX } from './identity.repository.js';
import type { IdentityKey } from '../contracts/thread.commands.js';

interface Found {
  id: string;
  customerId: string;
  channelId: string;
  live: boolean;
  createdAt: Date;
}

interface Key {
  id: string;
  channelId: string;
  kind: IdentityKey['kind'];
  value: string | null;
}

const FOUND = `i.id, i.customer_id AS "customerId", i.channel_id AS "channelId", i.created_at AS "createdAt"`;

/** A person by all that conversations knows of them. */
@Injectable()
export class SubjectRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: SubjectHasher,
    private readonly cipher: FieldCipher,
    private readonly outbox: Outbox,
  ) {}

  /** Customers with this number (E.164). `live`: the number is still theirs, as far as we know. */
  byPhone(phone: string): Promise<CustomerCandidate[]> {
    return this.byValues([phone, phone.replace(/^\+/, '')], null);
  }

  /** Customers with this address on a channel, whatever kind of address it is. */
  byAddress(channelId: string, address: string): Promise<CustomerCandidate[]> {
    return this.byValues([address], channelId);
  }

  private async byValues(values: readonly string[], channelId: string | null): Promise<CustomerCandidate[]> {
    const indexes = await Promise.all(values.map((value) => this.cipher.blindIndex(value, KEY_INDEX)));
    return this.uow.query<Found>(
      `SELECT DISTINCT ON (i.id) ${FOUND}, k.retired_at IS NULL AS live
       FROM identity_key k JOIN identity i ON i.tenant_id = k.tenant_id AND i.id = k.identity_id
       WHERE k.tenant_id = $1 AND ($2::uuid IS NULL OR k.channel_id = $2)
         AND (k.value_index = ANY ($3::text[]) OR (k.value_index IS NULL AND k.value = ANY ($4::text[])))
       ORDER BY i.id, k.retired_at IS NULL DESC`,
      [currentTenant(), channelId, indexes, values],
    );
  }

  byCustomer(customerId: string): Promise<CustomerCandidate[]> {
    return this.uow.query<Found>(
      `SELECT ${FOUND}, true AS live FROM identity i WHERE i.tenant_id = $1 AND i.customer_id = $2 ORDER BY i.id`,
      [currentTenant(), customerId],
    );
  }

  /** Everything that rows about the customers are named by. */
  async locate({ customerIds, threadIds: known }: DataSubject): Promise<SubjectPart> {
    const stored = await this.uow.query<{ id: string; phone: string | null; address: string | null }>(
      'SELECT id, phone, address FROM identity WHERE tenant_id = $1 AND customer_id = ANY ($2::uuid[])',
      [currentTenant(), customerIds],
    );
    const fields = { phone: { column: 'phone' }, address: { column: 'address' } };
    const identities = await this.cipher.openRows('identity', stored, fields);
    const identityIds = identities.map(({ id }) => id);
    const sealed = await this.uow.query<{ id: string; value: string | null }>(
      'SELECT id, value FROM identity_key WHERE tenant_id = $1 AND identity_id = ANY ($2::uuid[])',
      [currentTenant(), identityIds],
    );
    const keys = await this.cipher.openRows('identity_key', sealed, { value: { column: 'value' } });
    const threads = await this.uow.query<{ id: string }>(
      'SELECT id FROM thread WHERE tenant_id = $1 AND (identity_id = ANY ($2::uuid[]) OR id = ANY ($3::uuid[]))',
      [currentTenant(), identityIds, known],
    );
    const threadIds = threads.map(({ id }) => id);
    return {
      identityIds,
      threadIds,
      phones: identities.flatMap(({ phone }) => phone ?? []),
      addresses: [...identities.map(({ address }) => address), ...keys.map(({ value }) => value)].flatMap(
        (address) => address || [],
      ),
      ...(await this.ofThreads(threadIds)),
    };
  }

  /**
   * Takes the customers out of the conversations, in one transaction: their open threads are closed by the caller; every
   * thread gets an identity that is nobody's; identities and keys are deleted. Whatever still holds an old identity fails at
   * the foreign key, and finds a new person when it tries again.
   */
  async cutOff(identityIds: readonly string[], now: Date): Promise<number> {
    if (identityIds.length === 0) return 0;
    const values = [currentTenant(), identityIds];
    const sealed = await this.uow.query<Key>(
      'SELECT id, channel_id AS "channelId", kind, value FROM identity_key WHERE tenant_id = $1 AND identity_id = ANY ($2::uuid[])',
      values,
    );
    const keys = await this.cipher.openRows('identity_key', sealed, { value: { column: 'value' } });
    const threads = await this.uow.query<{ id: string; channelId: string }>(
      'SELECT id, channel_id AS "channelId" FROM thread WHERE tenant_id = $1 AND identity_id = ANY ($2::uuid[])',
      values,
    );
    for (const channelId of new Set(threads.map((thread) => thread.channelId))) {
      const nobody = newId();
      await this.uow.execute(
        `INSERT INTO identity (tenant_id, id, channel_id, customer_id, address, created_at) VALUES ($1, $2, $3, $4, '', $5)`,
        [currentTenant(), nobody, channelId, newId(), now],
      );
      const cut = await this.uow.query<{ id: string; version: number }>(
        `UPDATE thread SET identity_id = $3, generation = generation + 1, version = version + 1
         WHERE tenant_id = $1 AND identity_id = ANY ($2::uuid[]) AND channel_id = $4 RETURNING id, version`,
        [...values, nobody, channelId],
      );
      // Whoever has the thread on the screen still shows the name.
      await this.outbox.append(
        ...cut.map(({ id, version }) =>
          threadChanged(id, { version, opened: false, moved: true, seq: null, before: null }),
        ),
      );
    }
    await this.uow.execute(
      `UPDATE turn SET status = 'dropped', finished_at = $3 WHERE tenant_id = $1 AND thread_id = ANY ($2::uuid[]) AND status = 'running'`,
      [currentTenant(), threads.map(({ id }) => id), now],
    );
    await this.remember(keys, now);
    await this.uow.execute(
      'DELETE FROM identity_key WHERE tenant_id = $1 AND identity_id = ANY ($2::uuid[])',
      values,
    );
    return this.uow.execute('DELETE FROM identity WHERE tenant_id = $1 AND id = ANY ($2::uuid[])', values);
  }

  /** Locks the identities of the customers against new messages; answers their ids. */
  async lock(customerIds: readonly string[]): Promise<string[]> {
    const rows = await this.uow.query<{ id: string }>(
      'SELECT id FROM identity WHERE tenant_id = $1 AND customer_id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE',
      [currentTenant(), customerIds],
    );
    return rows.map(({ id }) => id);
  }

  async openThreads(identityIds: readonly string[]): Promise<string[]> {
    const rows = await this.uow.query<{ id: string }>(
      `SELECT id FROM thread WHERE tenant_id = $1 AND identity_id = ANY ($2::uuid[]) AND owner <> 'closed' ORDER BY id FOR UPDATE`,
      [currentTenant(), identityIds],
    );
    return rows.map(({ id }) => id);
  }

  /** When the owner of one of the addresses was erased, the latest; null when none was. */
  async erasedAt(channelId: string, keys: readonly IdentityKey[]): Promise<Date | null> {
    const [row] = await this.uow.query<{ at: Date | null }>(
      'SELECT max(erased_at) AS at FROM erased_key WHERE tenant_id = $1 AND key_hash = ANY ($2::text[])',
      [
        currentTenant(),
        await Promise.all(keys.map(({ kind, value }) => this.keyHash(channelId, kind, value))),
      ],
    );
    return row?.at ?? null;
  }

  private async remember(keys: readonly Key[], now: Date): Promise<void> {
    const hashes = await Promise.all(
      keys.map(({ channelId, kind, value }) => this.keyHash(channelId, kind, value)),
    );
    await this.uow.execute(
      `INSERT INTO erased_key (tenant_id, id, key_hash, erased_at)
       SELECT $1, k.id, k.hash, $2 FROM unnest($3::uuid[], $4::text[]) AS k(id, hash)
       ON CONFLICT (tenant_id, key_hash) DO UPDATE SET erased_at = excluded.erased_at`,
      [currentTenant(), now, keys.map(() => newId()), hashes],
    );
  }

  private keyHash(channelId: string, kind: string, value: string | null): Promise<string> {
    return this.hasher.hash('address', `${channelId}:${kind}:${value ?? ''}`);
  }

  private async ofThreads(threadIds: readonly string[]): Promise<SubjectPart> {
    const turns = await this.uow.query<{ id: string }>(
      'SELECT id FROM turn WHERE tenant_id = $1 AND thread_id = ANY ($2::uuid[])',
      [currentTenant(), threadIds],
    );
    const messages = await this.uow.query<{ id: string }>(
      `SELECT DISTINCT id FROM (
         SELECT external_id AS id FROM message WHERE tenant_id = $1 AND thread_id = ANY ($2::uuid[])
         UNION ALL SELECT dedupe_key FROM message WHERE tenant_id = $1 AND thread_id = ANY ($2::uuid[])) ids
       WHERE id IS NOT NULL`,
      [currentTenant(), threadIds],
    );
    return { turnIds: turns.map(({ id }) => id), providerIds: messages.map(({ id }) => id) };
  }
}
