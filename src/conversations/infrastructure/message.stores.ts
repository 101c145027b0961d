import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
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

interface Row {
  id: string;
  [field: string]: unknown;
}

const MESSAGE = `x.id, x.thread_id AS "threadId", x.seq, x.direction, x.author_kind AS "authorKind", x.parts, x.text, x.status,
  x.error, x.external_id AS "externalId", x.reply_to AS "replyTo", x.sent_at AS "sentAt", x.created_at AS "createdAt"`;

/** Sent or given up, and answered: nothing waits for it any more. */
const SETTLED = `x.status NOT IN ('queued', 'sending') AND EXISTS (SELECT 1 FROM thread t
  WHERE t.tenant_id = x.tenant_id AND t.id = x.thread_id AND (t.owner = 'closed' OR x.direction = 'outbound' OR x.seq <= t.answered_seq))`;

/** What was said. */
@Injectable()
@HoldsPersonalData({
  name: 'conversations.messages',
  description: 'Messages from and to the person',
  dataClasses: ['messages'],
  order: 30,
})
export class MessageStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rows: PersonalRows,
  ) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    for await (const row of this.rows.read<Row>(ofThreads(subject), MESSAGE))
      yield { type: 'message', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const records = await this.rows.delete(ofThreads(subject), limit);
    return { records, what: 'deleted', more: records === limit };
  }

  override async prune(order: PruneOrder): Promise<number> {
    const rows: RowSet = {
      table: 'message',
      where: `NOT (x.thread_id = ANY ($2::uuid[])) AND x.created_at < $3 AND ${SETTLED}`,
      parameters: [order.held.threadIds, order.before],
    };
    if (order.dryRun) return this.rows.count(rows);
    // Threads before their messages, as everywhere: whoever works in one of them is not waited for, but passed over.
    const threads = await this.uow.query<{ id: string }>(
      `SELECT t.id FROM thread t WHERE t.tenant_id = $1 AND t.id IN (
         SELECT x.thread_id FROM message x WHERE x.tenant_id = $1 AND ${rows.where} ORDER BY x.created_at LIMIT $4)
       ORDER BY t.id FOR UPDATE SKIP LOCKED`,
      [currentTenant(), ...rows.parameters, order.limit],
    );
    const threadIds = threads.map(({ id }) => id);
    const pruned = await this.rows.delete(
      {
        ...rows,
        where: `${rows.where} AND x.thread_id = ANY ($4::uuid[])`,
        parameters: [...rows.parameters, threadIds],
      },
      order.limit,
    );
    // The preview is the last message's text.
    await this.uow.execute(
      `UPDATE thread t SET preview = '' WHERE t.tenant_id = $1 AND t.id = ANY ($2::uuid[]) AND t.preview <> '' AND NOT EXISTS (
         SELECT 1 FROM message m WHERE m.tenant_id = $1 AND m.thread_id = t.id AND m.seq = t.last_seq)`,
      [currentTenant(), threadIds],
    );
    return pruned;
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'message', where: 'true', parameters: [] }, 'x.created_at');
  }
}

const ofThreads = ({ threadIds }: DataSubject): RowSet => ({
  table: 'message',
  where: 'x.thread_id = ANY ($2::uuid[])',
  parameters: [threadIds],
});

const STATUS = `x.id, x.provider_message_id AS "providerMessageId", x.status, x.at, x.recipient, x.error`;

/** Statuses of which we do not know the message. */
@Injectable()
@HoldsPersonalData({
  name: 'conversations.parked-statuses',
  description: 'Delivery statuses that came before their message was known',
  dataClasses: ['deliveries'],
  order: 31,
})
export class ParkedStatusStore extends PersonalDataStore {
  constructor(
    private readonly rows: PersonalRows,
    private readonly cipher: FieldCipher,
  ) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    for await (const row of this.rows.read<Row>(await this.ofRecipient(subject), STATUS))
      yield { type: 'delivery-status', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const records = await this.rows.delete(await this.ofRecipient(subject), limit);
    return { records, what: 'deleted', more: records === limit };
  }

  override async prune(order: PruneOrder): Promise<number> {
    const { table, where, parameters } = await this.ofRecipient(order.held);
    const rows = {
      table,
      where: `NOT coalesce(${where}, false) AND x.created_at < $4`,
      parameters: [...parameters, order.before],
    };
    return this.rows.prune(rows, order);
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'parked_status', where: 'true', parameters: [] }, 'x.created_at');
  }

  private async ofRecipient({ addresses, providerIds }: DataSubject): Promise<RowSet> {
    const index = { table: 'parked_status', column: 'recipient' };
    const recipients = await Promise.all(addresses.map((address) => this.cipher.blindIndex(address, index)));
    return {
      table: 'parked_status',
      where: '(x.recipient = ANY ($2::text[]) OR x.provider_message_id = ANY ($3::text[]))',
      parameters: [[...addresses, ...recipients], providerIds],
    };
  }
}
