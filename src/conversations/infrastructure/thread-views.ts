import { Injectable } from '@nestjs/common';
import { SERVICE_WINDOW_MS } from '#contracts/channels';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ThreadOwner, ThreadView } from '../contracts/thread.views.js';
import { replyWindow } from '../domain/reply-window.js';
import { THREAD_FIELDS } from './thread.repository.js';

interface Row extends Omit<
  ThreadView,
  | 'preview'
  | 'customer'
  | 'replyMode'
  | 'replyWindowEndsAt'
  | 'openedAt'
  | 'closedAt'
  | 'lastMessageAt'
  | 'lastCustomerMessageAt'
> {
  preview: string | null;
  customerId: string;
  identityId: string;
  name: string | null;
  phone: string | null;
  language: string | null;
  openedAt: Date;
  closedAt: Date | null;
  lastMessageAt: Date;
  lastCustomerMessageAt: Date | null;
}

export interface ThreadFilter {
  owner?: ThreadOwner;
  channelId?: string;
  assigneeId?: string;
}

const SELECT = `SELECT t.id, t.channel_id AS "channelId", t.provider, t.owner, t.generation, t.assignee_id AS "assigneeId",
    t.handoff_reason AS "handoffReason", t.preview, t.opened_at AS "openedAt", t.closed_at AS "closedAt",
    t.last_message_at AS "lastMessageAt", t.last_customer_message_at AS "lastCustomerMessageAt", t.version,
    i.customer_id AS "customerId", i.id AS "identityId", i.display_name AS name, i.phone, i.language
  FROM thread t JOIN identity i ON i.tenant_id = t.tenant_id AND i.id = t.identity_id
  WHERE t.tenant_id = $1`;

/** Threads as people read them. */
@Injectable()
export class ThreadViews {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly cipher: FieldCipher,
  ) {}

  /** `held`: nobody changes the thread before this unit of work ends. Error: `thread.not_found`. */
  async get(id: string, held = false): Promise<ThreadView> {
    const [row] = await this.uow.query<Row>(`${SELECT} AND t.id = $2 ${held ? 'FOR SHARE OF t' : ''}`, [
      currentTenant(),
      id,
    ]);
    if (!row) throw DomainError.notFound('thread', id);
    return (await this.toViews([row]))[0] as ThreadView;
  }

  /** Newest first by opening; one row more than `limit`. */
  async list(filter: ThreadFilter, page: { limit: number; startingAfter?: string }): Promise<ThreadView[]> {
    const rows = await this.uow.query<Row>(
      `${SELECT} AND ($2::text IS NULL OR t.owner = $2) AND ($3::uuid IS NULL OR t.channel_id = $3)
         AND ($4::uuid IS NULL OR t.assignee_id = $4) AND ($5::uuid IS NULL OR t.id < $5)
       ORDER BY t.id DESC LIMIT $6`,
      [
        currentTenant(),
        filter.owner ?? null,
        filter.channelId ?? null,
        filter.assigneeId ?? null,
        page.startingAfter ?? null,
        page.limit + 1,
      ],
    );
    return this.toViews(rows);
  }

  private async toViews(sealed: readonly Row[]): Promise<ThreadView[]> {
    const threads = await this.cipher.openRows('thread', sealed, THREAD_FIELDS);
    const rows = await this.cipher.openRows('identity', threads, IDENTITY_FIELDS, (row) => row.identityId);
    return rows.map((row) => this.toView(row));
  }

  private toView({ customerId: id, identityId, name, phone, language, preview, ...row }: Row): ThreadView {
    return {
      ...row,
      preview: preview ?? '',
      customer: { id, identityId, name, phone, language },
      ...replyWindow(row, SERVICE_WINDOW_MS[row.provider], this.clock.now()),
      openedAt: row.openedAt.toISOString(),
      closedAt: row.closedAt?.toISOString() ?? null,
      lastMessageAt: row.lastMessageAt.toISOString(),
      lastCustomerMessageAt: row.lastCustomerMessageAt?.toISOString() ?? null,
    };
  }
}

const IDENTITY_FIELDS = { name: { column: 'display_name' }, phone: { column: 'phone' } } as const;
