import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { MailsOn, StaffMailHandler } from '#libs/mail';
import { SourceRecovered, SourceStale } from '../../contracts/source.events.js';
import { sourceMail } from './source-mail.js';

interface About {
  readonly source: string;
  readonly since: string;
}

/** Writes to those who may decide. */
abstract class SourceMailHandler extends StaffMailHandler<About> {
  protected abstract readonly kind: Parameters<typeof sourceMail>[0];

  protected async mailAbout({ source, since }: About) {
    const to = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    return { to, letter: sourceMail(this.kind, language, { business, source, since: new Date(since) }) };
  }
}

@Injectable()
@MailsOn(SourceStale, 'kyb.mail-source-stale')
export class MailOnSourceStale extends SourceMailHandler {
  protected readonly kind = 'stale';
}

@Injectable()
@MailsOn(SourceRecovered, 'kyb.mail-source-recovered')
export class MailOnSourceRecovered extends SourceMailHandler {
  protected readonly kind = 'recovered';
}
