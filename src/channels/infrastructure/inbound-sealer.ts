import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { EpochKeys, SystemCipher } from '#libs/encryption';
import { SystemFunctions } from '#libs/persistence';

export interface InboundRow extends Record<string, unknown> {
  readonly provider: string;
  readonly account: string;
  readonly fallback: string | null;
  readonly external_id: string;
  readonly kind: string;
  readonly lane: string;
  readonly payload: unknown;
  readonly received_at: string;
  readonly event_id: string;
}

export type SealedRow = InboundRow & {
  readonly sealed_for: string | null;
  /** Under which an event of before may be stored: compared, and not kept. */
  readonly plain_id: string;
};

const ROUTES = { max: 10_000, ttl: 60_000 };

/**
 * Seals what providers send before it is stored: with the week's key of the tenant whose address it is for, or, where nobody has
 * the address, with the system's. The lane and the ids of messages, which have the customer's address in them, become blind indexes.
 */
@Injectable()
export class InboundSealer {
  private readonly routes = new LRUCache<string, string>(ROUTES);

  constructor(
    private readonly system: SystemFunctions,
    private readonly epochs: EpochKeys,
    private readonly cipher: SystemCipher,
  ) {}

  async seal(rows: readonly InboundRow[]): Promise<SealedRow[]> {
    await this.learnRoutes(rows);
    return Promise.all(
      rows.map(async (row) => {
        const sealedFor = this.routes.get(addressOf(row)) ?? null;
        const index = (value: string, column: string) =>
          this.cipher.blindIndex(value, { table: 'inbound_event', column }, sealedFor);
        // The id of a message has the sender's address in it; that of a status only our message's.
        const id = row.kind === 'status' ? row.external_id : await index(row.external_id, 'external_id');
        const sealed = { ...row, external_id: id, plain_id: row.external_id, sealed_for: sealedFor };
        return {
          ...sealed,
          lane: await index(row.lane, 'lane'),
          payload: await this.payload(sealed, sealedFor),
        };
      }),
    );
  }

  /** What was believed of these addresses was wrong. */
  forget(rows: readonly InboundRow[]): void {
    for (const row of rows) this.routes.delete(addressOf(row));
  }

  private payload(row: InboundRow, tenantId: string | null): Promise<string> {
    const text = JSON.stringify(row.payload);
    if (tenantId !== null) {
      const place = { table: 'inbound_event', column: 'payload', rowId: row.event_id };
      return this.epochs.seal(tenantId, text, place, new Date(row.received_at));
    }
    const rowId = JSON.stringify([row.provider, row.account, row.external_id]);
    return this.cipher.seal(text, { table: 'unrouted_event', column: 'payload', rowId });
  }

  private async learnRoutes(rows: readonly InboundRow[]): Promise<void> {
    const unknown = [...new Map(rows.map((row) => [addressOf(row), row])).entries()].filter(
      ([address]) => !this.routes.has(address),
    );
    if (unknown.length === 0) return;
    const wanted = unknown.map(([, { provider, account, fallback }], i) => ({
      i,
      provider,
      account,
      fallback,
    }));
    const found = await this.system.call<{ i: number; tenant_id: string | null }>('find_channel_routes', [
      JSON.stringify(wanted),
    ]);
    for (const { i, tenant_id } of found)
      if (tenant_id !== null) this.routes.set(unknown[i]?.[0] ?? '', tenant_id);
  }
}

const addressOf = ({ provider, account, fallback }: InboundRow): string =>
  JSON.stringify([provider, account, fallback]);
