import { Injectable } from '@nestjs/common';
import type { ChannelProvider } from '#contracts/channels';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface InboundEvent {
  readonly id: string;
  readonly channelId: string;
  readonly provider: ChannelProvider;
  /** Of the channel. */
  readonly teamId: string | null;
  readonly externalId: string;
  /** null when the key of its week was destroyed. */
  readonly payload: Record<string, unknown> | null;
  readonly receivedAt: Date;
}

@Injectable()
export class InboundEventRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly cipher: FieldCipher,
  ) {}

  /** What waits in the lane, oldest first, each row locked in that order. */
  async lockPending(channelId: string, lane: string): Promise<InboundEvent[]> {
    const rows = await this.uow.query<InboundEvent>(
      `SELECT id, channel_id AS "channelId", provider, external_id AS "externalId", payload, received_at AS "receivedAt",
         (SELECT c.team_id FROM channel c WHERE c.tenant_id = $1 AND c.id = $2) AS "teamId"
       FROM inbound_event
       WHERE tenant_id = $1 AND channel_id = $2 AND lane = $3 AND status = 'pending'
       ORDER BY seq FOR UPDATE`,
      [currentTenant(), channelId, lane],
    );
    return this.cipher.openRows('inbound_event', rows, { payload: { column: 'payload', json: true } });
  }

  /** Takes up again what had been given up; false when it had not. */
  async reopen(id: string): Promise<boolean> {
    const reopened = await this.uow.execute(
      `UPDATE inbound_event SET status = 'pending', note = NULL, processed_at = NULL
       WHERE tenant_id = $1 AND id = $2 AND status = 'failed'`,
      [currentTenant(), id],
    );
    return reopened > 0;
  }

  async finish(id: string, status: 'processed' | 'ignored' | 'failed', note: string | null): Promise<void> {
    await this.uow.execute(
      `UPDATE inbound_event SET status = $3, note = $4, processed_at = $5 WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, status, note, this.clock.now()],
    );
  }

  /** Keeps that it came, and nothing of what it said. */
  async forget(id: string): Promise<void> {
    await this.uow.execute(
      `UPDATE inbound_event SET payload = '{}', lane = '', external_id = 'erased:' || id::text WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
  }
}
