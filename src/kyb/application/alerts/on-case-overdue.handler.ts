import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { MailsOn, StaffMailHandler } from '#libs/mail';
import { CaseOverdue } from '../../contracts/case.events.js';
import { caseMail } from './case-mail.js';

interface Overdue {
  readonly caseId: string;
  readonly assigneeId: string | null;
  readonly dueAt: string;
}

/** Writes to whoever has the case; when nobody has it, or they may not decide any more, to all who may. */
@Injectable()
@MailsOn(CaseOverdue, 'kyb.mail-overdue')
export class MailOnCaseOverdue extends StaffMailHandler<Overdue> {
  protected async mailAbout({ caseId, assigneeId, dueAt }: Overdue) {
    const deciders = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const assignee = deciders.filter(({ personId }) => personId === assigneeId);
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    return {
      to: assignee.length > 0 ? assignee : deciders,
      letter: caseMail('overdue', language, { business, dueAt: new Date(dueAt), caseId }),
    };
  }
}
