import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { MailsOn, StaffMailHandler } from '#libs/mail';
import { CaseOpened } from '../../contracts/events.js';
import { caseMail } from './case-mail.js';

interface Opened {
  readonly caseId: string;
  readonly dueAt: string;
}

/** Writes to those who may decide, once for each case and not for each alert. */
@Injectable()
@MailsOn(CaseOpened, 'kyb.mail-case')
export class MailOnCaseOpened extends StaffMailHandler<Opened> {
  protected async mailAbout({ caseId, dueAt }: Opened) {
    const to = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    return { to, letter: caseMail('opened', language, { business, dueAt: new Date(dueAt), caseId }) };
  }
}
