import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { MessageStatus } from '../contracts/thread.views.js';
import type { Message, MessageError } from '../domain/message.js';

const COLUMNS = `id, thread_id AS "threadId", channel_id AS "channelId", seq, direction,
  jsonb_build_object('kind', author_kind, 'id', author_id) AS author, parts, text, asks, status, error,
  dedupe_key AS "dedupeKey", external_id AS "externalId", reply_to AS "replyTo", turn_id AS "turnId", generation,
  send_started_at AS "sendStartedAt", send_doubted_at AS "sendDoubtedAt", sent_at AS "sentAt", created_at AS "createdAt"`;

const FIELDS = { text: { column: 'text' }, parts: { column: 'parts', json: true } } as const;

type Row = Omit<Message, 'text' | 'parts'> & { text: string | null; parts: Message['parts'] | null };

@Injectable()
export class MessageRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  /** `customerId`: whose thread it is in; with their key its words are sealed. */
  async insert(m: Message, customerId: string): Promise<void> {
    const place = { table: 'message', rowId: m.id };
    const parts = await this.cipher.sealJson(m.parts, { ...place, column: 'parts' }, customerId);
    const text = await this.cipher.seal(m.text, { ...place, column: 'text' }, customerId);
    await this.uow.write(
      `INSERT INTO message (tenant_id, id, thread_id, channel_id, seq, direction, author_kind, author_id, parts, text, asks,
         status, error, dedupe_key, external_id, reply_to, turn_id, generation, sent_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
      [
        currentTenant(),
        m.id,
        m.threadId,
        m.channelId,
        m.seq,
        m.direction,
        m.author.kind,
        m.author.id,
        parts,
        text,
        m.asks,
        m.status,
        m.error ? JSON.stringify(m.error) : null,
        m.dedupeKey,
        m.externalId,
        m.replyTo,
        m.turnId,
        m.generation,
        m.sentAt,
        m.createdAt,
      ],
    );
  }

  async findByDedupeKey(channelId: string, dedupeKey: string): Promise<Message | null> {
    return this.one(`channel_id = $2 AND dedupe_key = $3`, [channelId, dedupeKey]);
  }

  async lock(id: string): Promise<Message | null> {
    return this.one(`id = $2 FOR UPDATE`, [id]);
  }

  findById(id: string): Promise<Message | null> {
    return this.one(`id = $2`, [id]);
  }

  findByTurn(turnId: string): Promise<Message | null> {
    return this.one(`turn_id = $2`, [turnId]);
  }

  /** Our newest message with that provider id, locked. */
  lockOutbound(channelId: string, providerMessageId: string): Promise<Message | null> {
    return this.one(
      `channel_id = $2 AND external_id = $3 AND direction = 'outbound' ORDER BY id DESC LIMIT 1 FOR UPDATE`,
      [channelId, providerMessageId],
    );
  }

  /**
   * Waits until no send of the channel is being recorded, and keeps any from being recorded before this unit of work ends:
   * what it then does not find is found by whoever records it.
   */
  async holdSends(channelId: string): Promise<void> {
    await this.uow.query(
      `SELECT 1 FROM message WHERE tenant_id = $1 AND channel_id = $2 AND status = 'sending' ORDER BY id FOR SHARE`,
      [currentTenant(), channelId],
    );
  }

  /** Whether an earlier message of the thread still waits to be sent. */
  async hasEarlierUnsent(threadId: string, seq: number): Promise<boolean> {
    const rows = await this.uow.query(
      `SELECT 1 FROM message WHERE tenant_id = $1 AND thread_id = $2 AND seq < $3 AND status IN ('queued', 'sending') LIMIT 1`,
      [currentTenant(), threadId, seq],
    );
    return rows.length > 0;
  }

  /** Whether a customer message after `seq` wants an answer. */
  async asksAfter(threadId: string, seq: number): Promise<boolean> {
    const rows = await this.uow.query(
      `SELECT 1 FROM message WHERE tenant_id = $1 AND thread_id = $2 AND seq > $3 AND asks LIMIT 1`,
      [currentTenant(), threadId, seq],
    );
    return rows.length > 0;
  }

  /** The last `limit` messages, oldest first. */
  async recent(threadId: string, limit: number): Promise<Message[]> {
    const rows = await this.many(
      `SELECT ${COLUMNS} FROM message WHERE tenant_id = $1 AND thread_id = $2 ORDER BY seq DESC LIMIT $3`,
      [currentTenant(), threadId, limit],
    );
    return rows.reverse();
  }

  /** A page in reading order, after the message with id `startingAfter`; one row more than `limit`. */
  list(threadId: string, options: { limit: number; startingAfter?: string }): Promise<Message[]> {
    return this.many(
      `SELECT ${COLUMNS} FROM message
       WHERE tenant_id = $1 AND thread_id = $2 AND seq > coalesce(
         (SELECT seq FROM message WHERE tenant_id = $1 AND thread_id = $2 AND id = $3), 0)
       ORDER BY seq LIMIT $4`,
      [currentTenant(), threadId, options.startingAfter ?? null, options.limit + 1],
    );
  }

  /** The last `limit` messages of all threads of an identity, oldest first. */
  async ofIdentity(identityId: string, limit: number): Promise<Message[]> {
    const rows = await this.many(
      `SELECT ${COLUMNS} FROM message
       WHERE tenant_id = $1 AND thread_id IN (SELECT id FROM thread WHERE tenant_id = $1 AND identity_id = $2)
       ORDER BY id DESC LIMIT $3`,
      [currentTenant(), identityId, limit],
    );
    return rows.reverse();
  }

  async lastExternalIdOf(identityId: string): Promise<string | null> {
    const [row] = await this.uow.query<{ id: string }>(
      `SELECT m.external_id AS id FROM message m JOIN thread t ON t.tenant_id = m.tenant_id AND t.id = m.thread_id
       WHERE m.tenant_id = $1 AND t.identity_id = $2 AND m.author_kind = 'customer' ORDER BY m.id DESC LIMIT 1`,
      [currentTenant(), identityId],
    );
    return row?.id ?? null;
  }

  async setStatus(
    id: string,
    status: MessageStatus,
    patch: { error?: MessageError; externalId?: string } = {},
  ): Promise<void> {
    await this.uow.write(
      `UPDATE message SET status = $3, error = coalesce($4, CASE WHEN $3 = 'failed' THEN error END),
         external_id = coalesce($5, external_id)
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        id,
        status,
        patch.error ? JSON.stringify(patch.error) : null,
        patch.externalId ?? null,
      ],
    );
  }

  /** A send of it begins now. */
  async startSend(id: string, now: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE message SET status = 'sending', error = NULL, send_started_at = $3, send_doubted_at = NULL
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, now],
    );
  }

  async doubtSend(id: string, now: Date): Promise<void> {
    await this.uow.execute(`UPDATE message SET send_doubted_at = $3 WHERE tenant_id = $1 AND id = $2`, [
      currentTenant(),
      id,
      now,
    ]);
  }

  private async one(condition: string, parameters: unknown[]): Promise<Message | null> {
    const [row] = await this.many(`SELECT ${COLUMNS} FROM message WHERE tenant_id = $1 AND ${condition}`, [
      currentTenant(),
      ...parameters,
    ]);
    return row ?? null;
  }

  /** Opened; of what was erased nothing is left but that there was a message. */
  private async many(sql: string, parameters: unknown[]): Promise<Message[]> {
    const rows = await this.uow.query<Row>(sql, parameters);
    const opened = await this.cipher.openRows('message', rows, FIELDS);
    return opened.map((row) => ({ ...row, text: row.text ?? '', parts: row.parts ?? [] }));
  }
}
