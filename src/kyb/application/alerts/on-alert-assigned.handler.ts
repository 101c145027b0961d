import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { StaffMailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { AlertAssigned } from '../../contracts/events.js';
import { alertMail, alertsMail } from './alert-mail.js';

interface Assigned {
  readonly alertId: string;
  readonly assigneeId: string | null;
  readonly assignedBy: string;
  readonly dueAt: string | null;
  readonly bulk: string | null;
}

/** Writes to whom an alert was given, unless they took it themselves or cannot read it; once when one request gave them several. */
@Injectable()
@HandlesEvent({
  event: AlertAssigned,
  name: 'kyb.mail-alert-assignee',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class MailOnAlertAssigned extends EventHandler<Assigned> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly mailer: StaffMailer,
  ) {
    super();
  }

  async handle({ id, payload }: DomainEvent<Assigned>, delivery: Delivery): Promise<void> {
    const { alertId, assigneeId, assignedBy, dueAt, bulk } = payload;
    if (assigneeId !== null && assignedBy !== `user:${assigneeId}` && bulk !== 'further') {
      const readers = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:read'));
      const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
      await this.mailer.send(
        id,
        readers.filter(({ personId }) => personId === assigneeId),
        bulk === null
          ? alertMail(language, { business, dueAt: dueAt === null ? null : new Date(dueAt), alertId })
          : alertsMail(language, { business, assigneeId }),
      );
    }
    await this.uow.run(() => delivery.settle());
  }
}
