import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { MailsOn, StaffMailHandler } from '#libs/mail';
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
@MailsOn(AlertAssigned, 'kyb.mail-alert-assignee')
export class MailOnAlertAssigned extends StaffMailHandler<Assigned> {
  protected async mailAbout({ alertId, assigneeId, assignedBy, dueAt, bulk }: Assigned) {
    if (assigneeId === null || assignedBy === `user:${assigneeId}` || bulk === 'further') return null;
    const readers = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:read'));
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    return {
      to: readers.filter(({ personId }) => personId === assigneeId),
      letter:
        bulk === null
          ? alertMail(language, { business, dueAt: dueAt === null ? null : new Date(dueAt), alertId })
          : alertsMail(language, { business, assigneeId }),
    };
  }
}
