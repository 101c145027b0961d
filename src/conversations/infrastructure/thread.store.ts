import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type PruneOrder,
  type RowSet,
} from '#libs/privacy';
import { IdentityStore } from './identity.store.js';

interface Row {
  id: string;
  [field: string]: unknown;
}

const COLUMNS = `x.id, x.channel_id AS "channelId", x.provider, x.ref, x.owner, x.handoff_reason AS "handoffReason", x.preview,
  x.opened_at AS "openedAt", x.closed_at AS "closedAt", x.last_message_at AS "lastMessageAt"`;

/** A customer whom nobody knows by name, and who never booked. */
const UNNAMED = `EXISTS (SELECT 1 FROM identity i WHERE i.tenant_id = x.tenant_id AND i.id = x.identity_id
  AND i.display_name IS NULL AND NOT customer_has_booking(i.tenant_id, i.customer_id))`;

/** As long as a provider may deliver again, with a margin: Meta tries for 7 days. */
const REDELIVERY_MS = 30 * 86_400_000;

/** Conversations as such. What is left of an erased person's is when one took place, and on which channel. */
@Injectable()
@HoldsPersonalData({
  name: 'conversations.threads',
  description: 'Conversations with the person: when, on which channel, who answered',
  dataClasses: ['conversations', 'unnamed-conversations'],
  order: 32,
})
export class ThreadStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rows: PersonalRows,
    private readonly identities: IdentityStore,
  ) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    for await (const row of this.rows.read<Row>(ofSubject(subject), COLUMNS))
      yield { type: 'thread', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const { where, ...rest } = ofSubject(subject);
    const records = await this.rows.change(
      { ...rest, where: `${where} AND (x.preview <> '' OR x.handoff_reason IS NOT NULL OR x.ref <> '')` },
      `preview = '', handoff_reason = NULL, ref = ''`,
      limit,
    );
    return {
      records,
      what: 'anonymised',
      reason:
        'That a conversation took place, and when, is kept without person and words until its time is over.',
      more: records === limit,
    };
  }

  override async prune(order: PruneOrder): Promise<number> {
    const unnamed = order.dataClass === 'unnamed-conversations';
    const rows: RowSet = {
      table: 'thread',
      where: `NOT (x.id = ANY ($2::uuid[])) AND x.owner = 'closed' AND x.closed_at < $3 AND ${unnamed ? '' : 'NOT '}${UNNAMED}`,
      parameters: [order.held.threadIds, order.before],
    };
    if (order.dryRun) return this.rows.count(rows);
    const taken = await this.uow.query<{ id: string; identityId: string }>(
      `SELECT x.id, x.identity_id AS "identityId" FROM thread x WHERE x.tenant_id = $1 AND ${rows.where}
       ORDER BY x.id LIMIT $4 FOR UPDATE SKIP LOCKED`,
      [currentTenant(), ...rows.parameters, order.limit],
    );
    const ids = taken.map(({ id }) => id);
    for (const table of ['message', 'turn'])
      await this.uow.execute(`DELETE FROM ${table} WHERE tenant_id = $1 AND thread_id = ANY ($2::uuid[])`, [
        currentTenant(),
        ids,
      ]);
    await this.uow.execute('DELETE FROM thread WHERE tenant_id = $1 AND id = ANY ($2::uuid[])', [
      currentTenant(),
      ids,
    ]);
    await this.forgetIdentities(taken.map(({ identityId }) => identityId));
    await this.identities.forgetErased(new Date(order.now.getTime() - REDELIVERY_MS));
    return taken.length;
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'thread', where: `x.owner = 'closed'`, parameters: [] }, 'x.closed_at');
  }

  /** Customers without any conversation left. One who is just writing is passed over, by the lock or by the new thread. */
  private async forgetIdentities(ids: readonly string[]): Promise<void> {
    const free = await this.uow.query<{ id: string }>(
      'SELECT id FROM identity WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED',
      [currentTenant(), ids],
    );
    const gone = `tenant_id = $1 AND id = ANY ($2::uuid[]) AND NOT EXISTS (
      SELECT 1 FROM thread t WHERE t.tenant_id = $1 AND t.identity_id = identity.id)`;
    const values = [currentTenant(), free.map(({ id }) => id)];
    await this.uow.execute(
      `DELETE FROM identity_key WHERE tenant_id = $1 AND identity_id IN (SELECT id FROM identity WHERE ${gone})`,
      values,
    );
    await this.uow.execute(`DELETE FROM identity WHERE ${gone}`, values);
  }
}

const ofSubject = ({ threadIds }: DataSubject): RowSet => ({
  table: 'thread',
  where: 'x.id = ANY ($2::uuid[])',
  parameters: [threadIds],
});
