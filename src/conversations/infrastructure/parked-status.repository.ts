import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { MessageError } from '../domain/message.js';

export interface ParkedStatus {
  readonly providerMessageId: string;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly at: Date;
  readonly recipient: string | null;
  readonly error: MessageError | null;
}

const COLUMNS = `provider_message_id AS "providerMessageId", status, at, recipient, error`;

/** The recipient is only ever compared: its blind index is all that is kept. Rows of before keep the address. */
export const RECIPIENT = { table: 'parked_status', column: 'recipient' } as const;

/** Statuses that came before we knew whose they are. */
@Injectable()
export class ParkedStatusRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  async park(channelId: string, status: ParkedStatus, now: Date): Promise<void> {
    await this.uow.execute(
      `INSERT INTO parked_status (tenant_id, id, channel_id, provider_message_id, status, at, recipient, error, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        newId(),
        channelId,
        status.providerMessageId,
        status.status,
        status.at,
        status.recipient && (await this.cipher.blindIndex(status.recipient, RECIPIENT)),
        status.error ? JSON.stringify(status.error) : null,
        now,
      ],
    );
  }

  /** Takes out what was parked under a provider's id. */
  take(channelId: string, providerMessageId: string): Promise<ParkedStatus[]> {
    return this.uow.query<ParkedStatus>(
      `WITH taken AS (
         DELETE FROM parked_status WHERE tenant_id = $1 AND channel_id = $2 AND provider_message_id = $3 RETURNING *
       ) SELECT ${COLUMNS} FROM taken`,
      [currentTenant(), channelId, providerMessageId],
    );
  }

  /**
   * The provider's id of a message sent to `recipient` since `since` that no message of ours has: proof that a send
   * whose answer we never saw was taken. Sends to one recipient go one at a time, so it can be no other; what was first
   * heard of earlier belongs to an earlier send, however late it was read.
   */
  async findUnclaimed(channelId: string, recipient: string, since: Date): Promise<string | null> {
    const [row] = await this.uow.query<{ id: string }>(
      `SELECT p.provider_message_id AS id FROM parked_status p
       WHERE p.tenant_id = $1 AND p.channel_id = $2 AND p.recipient IN ($3, $5) AND NOT EXISTS (
         SELECT 1 FROM message m
         WHERE m.tenant_id = $1 AND m.channel_id = $2 AND m.external_id = p.provider_message_id)
       GROUP BY p.provider_message_id HAVING min(p.at) >= $4 ORDER BY min(p.at) LIMIT 1`,
      [currentTenant(), channelId, await this.cipher.blindIndex(recipient, RECIPIENT), since, recipient],
    );
    return row?.id ?? null;
  }
}
