import { Injectable } from '@nestjs/common';
import { SERVICE_WINDOW_MS } from '#contracts/channels';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ThreadOwner, ThreadView } from '../contracts/thread.views.js';
import { replyWindow } from '../domain/reply-window.js';
import { IN_SCOPE, scopeParameters } from './data-scope.js';
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
  teamId?: string;
}

const SELECT = `SELECT t.id, t.channel_id AS "channelId", t.provider, t.owner, t.generation, t.assignee_id AS "assigneeId",
    t.team_id AS "teamId",
    t.handoff_reason AS "handoffReason", t.preview, t.opened_at AS "openedAt", t.closed_at AS "closedAt",
    t.last_message_at AS "lastMessageAt", t.last_customer_message_at AS "lastCustomerMessageAt", t.version,
    i.customer_id AS "customerId", i.id AS "identityId", i.display_name AS name, i.phone, i.language
  FROM thread t JOIN identity i ON i.tenant_id = t.tenant_id AND i.id = t.identity_id
  WHERE t.tenant_id = $1`;

/** Threads as people read them, as far as their data scope shows them. */
@Injectable()
export class ThreadViews {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly cipher: FieldCipher,
  ) {}

  /** `held`: nobody changes the thread before this unit of work ends. Error: `thread.not_found`. */
  get(id: string, held = false): Promise<ThreadView> {
    return this.one(id, `${IN_SCOPE} AND t.id = $4 ${held ? 'FOR SHARE OF t' : ''}`, [
      ...scopeParameters(),
      id,
    ]);
  }

  /** A thread that the actor has just changed: it may be out of their sight from here on. */
  ofChanged(id: string): Promise<ThreadView> {
    return this.one(id, 'AND t.id = $2', [id]);
  }

  /** Newest first by opening; one row more than `limit`. */
  async list(filter: ThreadFilter, page: { limit: number; startingAfter?: string }): Promise<ThreadView[]> {
    const rows = await this.uow.query<Row>(
      `${SELECT} ${IN_SCOPE} AND ($4::text IS NULL OR t.owner = $4) AND ($5::uuid IS NULL OR t.channel_id = $5)
         AND ($6::uuid IS NULL OR t.assignee_id = $6) AND ($7::uuid IS NULL OR t.team_id = $7)
         AND ($8::uuid IS NULL OR t.id < $8)
       ORDER BY t.id DESC LIMIT $9`,
      [
        currentTenant(),
        ...scopeParameters(),
        filter.owner ?? null,
        filter.channelId ?? null,
        filter.assigneeId ?? null,
        filter.teamId ?? null,
        page.startingAfter ?? null,
        page.limit + 1,
      ],
    );
    return this.toViews(rows);
  }

  /** Which of these the data scope shows, and in which version; nothing that is sealed is opened for it. */
  versions(ids: readonly string[]): Promise<{ threadId: string; version: number }[]> {
    return this.uow.query(
      `SELECT t.id AS "threadId", t.version FROM thread t WHERE t.tenant_id = $1 ${IN_SCOPE} AND t.id = ANY ($4::uuid[])`,
      [currentTenant(), ...scopeParameters(), ids],
    );
  }

  /** Whether the data scope would show a thread of this person and team. */
  async wouldShow(thread: { assigneeId: string | null; teamId: string | null }): Promise<boolean> {
    const rows = await this.uow.query(
      `SELECT 1 FROM (SELECT $1::uuid AS tenant_id, $4::uuid AS assignee_id, $5::uuid AS team_id) t WHERE true ${IN_SCOPE}`,
      [currentTenant(), ...scopeParameters(), thread.assigneeId, thread.teamId],
    );
    return rows.length > 0;
  }

  private async one(id: string, where: string, parameters: unknown[]): Promise<ThreadView> {
    const [row] = await this.uow.query<Row>(`${SELECT} ${where}`, [currentTenant(), ...parameters]);
    if (!row) throw DomainError.notFound('thread', id);
    return (await this.toViews([row]))[0] as ThreadView;
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
