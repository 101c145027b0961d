import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { StaffMailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { SourceStale } from '../../contracts/source.events.js';
import { sourceMail } from './source-mail.js';

interface About {
  readonly source: string;
  readonly since: string;
}

/** Writes to those who may decide. */
@Injectable()
@HandlesEvent({
  event: SourceStale,
  name: 'kyb.mail-source-stale',
  queue: 'sends',
  transactional: false,
  attempts: ({ mail }) => mail.attempts,
  backoffMs: ({ mail }) => mail.backoffMs,
})
export class MailOnSourceStale extends EventHandler<About> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly mailer: StaffMailer,
  ) {
    super();
  }

  async handle({ id, payload: { source, since } }: DomainEvent<About>, delivery: Delivery): Promise<void> {
    const deciders = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    await this.mailer.send(
      id,
      deciders,
      sourceMail('stale', language, { business, source, since: new Date(since) }),
    );
    await this.uow.run(() => delivery.settle());
  }
}
