import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { StaffMailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { CaseOpened } from '../../contracts/events.js';
import { caseMail } from './case-mail.js';

interface Opened {
  readonly caseId: string;
  readonly dueAt: string;
}

/** Writes to those who may decide, once for each case and not for each alert. */
@Injectable()
@HandlesEvent({
  event: CaseOpened,
  name: 'kyb.mail-case',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class MailOnCaseOpened extends EventHandler<Opened> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly mailer: StaffMailer,
  ) {
    super();
  }

  async handle({ id, payload: { caseId, dueAt } }: DomainEvent<Opened>, delivery: Delivery): Promise<void> {
    const deciders = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    await this.mailer.send(
      id,
      deciders,
      caseMail('opened', language, { business, dueAt: new Date(dueAt), caseId }),
    );
    await this.uow.run(() => delivery.settle());
  }
}
