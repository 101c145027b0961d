import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { MailsOn, StaffMailer, StaffMailHandler } from '#libs/mail';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { EndpointDisabled } from '../../contracts/events.js';
import { EndpointRepository } from '../../infrastructure/endpoint.repository.js';
import { disabledMail } from './disabled-mail.js';

interface Disabled {
  readonly endpointId: string;
  readonly reason: 'gone' | 'failing';
}

/** Writes to those who may switch it on again; not about one that somebody has deleted meanwhile. */
@Injectable()
@MailsOn(EndpointDisabled, 'webhooks.mail-disabled')
export class MailOnEndpointDisabled extends StaffMailHandler<Disabled> {
  constructor(
    uow: UnitOfWork,
    mailer: StaffMailer,
    dispatcher: Dispatcher,
    private readonly endpoints: EndpointRepository,
  ) {
    super(uow, mailer, dispatcher);
  }

  protected async mailAbout({ endpointId, reason }: Disabled) {
    const endpoint = await this.uow.run(() => this.endpoints.find(endpointId));
    if (!endpoint) return null;
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    const { host } = new URL(endpoint.url);
    return {
      to: await this.dispatcher.ask(new MembersWhoMayQuery('webhooks:write')),
      letter: disabledMail(language, { business, endpointId, host, reason }),
    };
  }
}
