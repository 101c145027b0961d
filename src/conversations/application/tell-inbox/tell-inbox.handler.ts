import { Injectable } from '@nestjs/common';
import { currentContext, type DomainEvent } from '#libs/kernel';
import { type Delivery, EventHandler, HandlesEvent, type OutboxRow } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { MessageFailed, MessageProgressed, MessageSent, ThreadChanged } from '../../contracts/events.js';
import type { InboxNews, InboxNotice } from '../../domain/inbox-news.js';
import { InboxWire } from '../../infrastructure/inbox/inbox-wire.js';

type Told = Omit<InboxNews, 'tenantId' | 'traceId'>;

/**
 * Tells the processes that have inbox sockets of the business. Through the outbox, so that a process that dies after its commit
 * has still told; a business of which nobody is looking pays neither job nor row.
 */
@Injectable()
@HandlesEvent({
  event: [ThreadChanged, MessageSent, MessageFailed, MessageProgressed],
  name: 'conversations.tell-inbox',
  transactional: false,
})
export class TellInbox extends EventHandler {
  constructor(
    private readonly wire: InboxWire,
    private readonly uow: UnitOfWork,
  ) {
    super();
  }

  override async wanted(events: readonly OutboxRow[]): Promise<ReadonlySet<string>> {
    const watched = await this.wire.watched(events.map(({ tenant_id }) => tenant_id));
    return new Set(events.filter(({ tenant_id }) => watched.has(tenant_id)).map(({ id }) => id));
  }

  async handle(event: DomainEvent, delivery: Delivery): Promise<void> {
    const { tenantId, traceId } = currentContext();
    // Told twice is harmless, and not at all is not: so before it is noted as done.
    await this.wire.tell({ tenantId, traceId, ...newsOf(event) });
    await this.uow.run(() => delivery.settle());
  }
}

const newsOf = (event: DomainEvent): Told => {
  if (event.type !== ThreadChanged.type) {
    const { threadId, messageId } = MessageProgressed.payloadOf({ ...event, type: MessageProgressed.type });
    return { threadId, notices: [{ kind: 'message.changed', threadId, messageId }], before: null };
  }
  const { threadId, version, opened, moved, seq, passedOn, assigneeBefore, teamBefore } =
    ThreadChanged.payloadOf(event);
  const notices: InboxNotice[] = [];
  if (opened) notices.push({ kind: 'thread.created', threadId, version });
  if (moved) notices.push({ kind: 'thread.changed', threadId, version });
  if (seq !== null) notices.push({ kind: 'message.created', threadId, version, seq });
  return {
    threadId,
    notices,
    before: passedOn ? { assigneeId: assigneeBefore, teamId: teamBefore } : null,
  };
};
