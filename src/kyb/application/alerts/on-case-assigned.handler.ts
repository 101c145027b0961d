import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { StaffMailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { CaseAssigned } from '../../contracts/case.events.js';
import { caseMail } from './case-mail.js';

interface Assigned {
  readonly caseId: string;
  readonly assigneeId: string | null;
  readonly assignedBy: string;
  readonly dueAt: string;
}

/** Writes to whom a case was given, unless they took it themselves or cannot read it. */
@Injectable()
@HandlesEvent({
  event: CaseAssigned,
  name: 'kyb.mail-assignee',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class MailOnCaseAssigned extends EventHandler<Assigned> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly mailer: StaffMailer,
  ) {
    super();
  }

  async handle({ id, payload }: DomainEvent<Assigned>, delivery: Delivery): Promise<void> {
    const { caseId, assigneeId, assignedBy, dueAt } = payload;
    if (assigneeId !== null && assignedBy !== `user:${assigneeId}`) {
      const readers = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:read'));
      const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
      await this.mailer.send(
        id,
        readers.filter(({ personId }) => personId === assigneeId),
        caseMail('assigned', language, { business, dueAt: new Date(dueAt), caseId }),
      );
    }
    await this.uow.run(() => delivery.settle());
  }
}
