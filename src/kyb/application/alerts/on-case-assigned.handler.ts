import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { MailsOn, StaffMailHandler } from '#libs/mail';
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
@MailsOn(CaseAssigned, 'kyb.mail-assignee')
export class MailOnCaseAssigned extends StaffMailHandler<Assigned> {
  protected async mailAbout({ caseId, assigneeId, assignedBy, dueAt }: Assigned) {
    if (assigneeId === null || assignedBy === `user:${assigneeId}`) return null;
    const readers = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:read'));
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    return {
      to: readers.filter(({ personId }) => personId === assigneeId),
      letter: caseMail('assigned', language, { business, dueAt: new Date(dueAt), caseId }),
    };
  }
}
