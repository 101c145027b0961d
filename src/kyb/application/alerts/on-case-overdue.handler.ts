import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { StaffMailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { CaseOverdue } from '../../contracts/case.events.js';
import { caseMail } from './case-mail.js';

interface Overdue {
  readonly caseId: string;
  readonly assigneeId: string | null;
  readonly dueAt: string;
}

/** Writes to whoever has the case; when nobody has it, or they may not decide any more, to all who may. */
@Injectable()
@HandlesEvent({
  event: CaseOverdue,
  name: 'kyb.mail-overdue',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class MailOnCaseOverdue extends EventHandler<Overdue> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly mailer: StaffMailer,
  ) {
    super();
  }

  async handle({ id, payload }: DomainEvent<Overdue>, delivery: Delivery): Promise<void> {
    const { caseId, assigneeId, dueAt } = payload;
    const deciders = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const assignee = deciders.filter(({ personId }) => personId === assigneeId);
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    await this.mailer.send(
      id,
      assignee.length > 0 ? assignee : deciders,
      caseMail('overdue', language, { business, dueAt: new Date(dueAt), caseId }),
    );
    await this.uow.run(() => delivery.settle());
  }
}
