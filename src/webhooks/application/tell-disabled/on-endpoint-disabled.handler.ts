import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { StaffMailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
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
@HandlesEvent({
  event: EndpointDisabled,
  name: 'webhooks.mail-disabled',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class MailOnEndpointDisabled extends EventHandler<Disabled> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly endpoints: EndpointRepository,
    private readonly mailer: StaffMailer,
  ) {
    super();
  }

  async handle({ id, payload }: DomainEvent<Disabled>, delivery: Delivery): Promise<void> {
    const { endpointId, reason } = payload;
    const endpoint = await this.uow.run(() => this.endpoints.find(endpointId));
    if (endpoint) {
      const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
      const { host } = new URL(endpoint.url);
      const letter = disabledMail(language, { business, endpointId, host, reason });
      await this.mailer.send(id, await this.dispatcher.ask(new MembersWhoMayQuery('webhooks:write')), letter);
    }
    await this.uow.run(() => delivery.settle());
  }
}
