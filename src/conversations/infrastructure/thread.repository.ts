import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant, DomainError } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Thread, type ThreadState } from '../domain/thread.js';
import { threadChanged } from '../domain/thread-news.js';
import { IN_SCOPE, scopeParameters } from './data-scope.js';

const COLUMNS = `id, channel_id AS "channelId", provider, identity_id AS "identityId", ref, owner, generation,
  assignee_id AS "assigneeId", team_id AS "teamId", handoff_reason AS "handoffReason", preview, last_seq AS "lastSeq",
  answered_seq AS "answeredSeq", waiting_since AS "waitingSince", turn_due_at AS "turnDueAt", turn_id AS "turnId",
  opened_at AS "openedAt", closed_at AS "closedAt", last_message_at AS "lastMessageAt",
  last_customer_message_at AS "lastCustomerMessageAt", version,
  (SELECT i.customer_id FROM identity i WHERE i.tenant_id = t.tenant_id AND i.id = t.identity_id) AS "customerId"`;

/** What is sealed of a thread, by member. */
export const THREAD_FIELDS = {
  preview: { column: 'preview' },
  handoffReason: { column: 'handoff_reason' },
} as const;

/** Threads, always taken with their row locked: whatever concerns one thread happens one at a time. */
@Injectable()
export class ThreadRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly cipher: FieldCipher,
  ) {}

  /** Error: `thread.not_found`, also for what the data scope of the actor leaves out. */
  async lock(id: string): Promise<Thread> {
    const [row] = await this.uow.query<ThreadState>(
      `SELECT ${COLUMNS} FROM thread t WHERE tenant_id = $1 AND id = $4 ${IN_SCOPE} FOR UPDATE`,
      [currentTenant(), ...scopeParameters(), id],
    );
    if (!row) throw DomainError.notFound('thread', id);
    return this.restore(row);
  }

  async lockOpen(channelId: string, identityId: string, ref: string): Promise<Thread | null> {
    const [row] = await this.uow.query<ThreadState>(
      `SELECT ${COLUMNS} FROM thread t
       WHERE tenant_id = $1 AND channel_id = $2 AND identity_id = $3 AND ref = $4 AND owner <> 'closed' FOR UPDATE`,
      [currentTenant(), channelId, identityId, ref],
    );
    return row ? this.restore(row) : null;
  }

  /** The open thread of the identity, or `fresh`, whichever transaction was first. */
  async lockOpenOr(fresh: () => Thread, channelId: string, identityId: string, ref: string): Promise<Thread> {
    for (;;) {
      const open = await this.lockOpen(channelId, identityId, ref);
      if (open) return open;
      const thread = fresh();
      if (await this.insert(thread)) return thread;
    }
  }

  async save(thread: Thread): Promise<void> {
    const news = thread.takeNews();
    const s = thread.snapshot();
    const place = { table: 'thread', rowId: s.id };
    const preview = await this.cipher.seal(s.preview, { ...place, column: 'preview' }, s.customerId);
    const handoffReason =
      s.handoffReason &&
      (await this.cipher.seal(s.handoffReason, { ...place, column: 'handoff_reason' }, s.customerId));
    await this.uow.write(
      `UPDATE thread SET owner = $3, generation = $4, assignee_id = $5, handoff_reason = $6, preview = $7, last_seq = $8,
         answered_seq = $9, waiting_since = $10, turn_due_at = $11, turn_id = $12, closed_at = $13, last_message_at = $14,
         last_customer_message_at = $15, team_id = $16, version = version + 1
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        s.id,
        s.owner,
        s.generation,
        s.assigneeId,
        handoffReason,
        preview,
        s.lastSeq,
        s.answeredSeq,
        s.waitingSince,
        s.turnDueAt,
        s.turnId,
        s.closedAt,
        s.lastMessageAt,
        s.lastCustomerMessageAt,
        s.teamId,
      ],
    );
    await this.outbox.append(...thread.pullEvents(), ...(news ? [threadChanged(s.id, news)] : []));
  }

  /** What was a team's that is gone is no team's. */
  async leaveTeam(teamId: string): Promise<void> {
    const left = await this.uow.query<{ id: string; version: number; assigneeId: string | null }>(
      `UPDATE thread SET team_id = NULL, version = version + 1 WHERE tenant_id = $1 AND team_id = $2
       RETURNING id, version, assignee_id AS "assigneeId"`,
      [currentTenant(), teamId],
    );
    const news = { opened: false, moved: true, seq: null };
    await this.outbox.append(
      ...left.map(({ id, version, assigneeId }) =>
        threadChanged(id, { ...news, version, before: { assigneeId, teamId } }),
      ),
    );
  }

  private async restore(row: ThreadState): Promise<Thread> {
    const [state = row] = await this.cipher.openRows('thread', [row], THREAD_FIELDS);
    return new Thread({ ...state, preview: (state.preview as string | null) ?? '' });
  }

  private async insert(thread: Thread): Promise<boolean> {
    const s = thread.snapshot();
    const inserted = await this.uow.query(
      `INSERT INTO thread (tenant_id, id, channel_id, provider, identity_id, ref, owner, generation, opened_at, last_message_at,
         team_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING 1`,
      [
        currentTenant(),
        s.id,
        s.channelId,
        s.provider,
        s.identityId,
        s.ref,
        s.owner,
        s.generation,
        s.openedAt,
        s.lastMessageAt,
        s.teamId,
      ],
    );
    return inserted.length > 0;
  }
}
