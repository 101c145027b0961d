import { Injectable } from '@nestjs/common';
import { GetTenantQuery, MembersWhoMayQuery } from '#contracts/tenancy';
import { type DomainEvent, ProviderError } from '#libs/kernel';
import { Mailer } from '#libs/mail';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent, Undeliverable } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { CaseOpened } from '../../contracts/events.js';
import { caseMail } from './case-mail.js';

interface Opened {
  readonly caseId: string;
  readonly dueAt: string;
}

/**
 * Writes to those who may decide, once for each case and not for each alert. A try that was broken off writes to all again, with the
 * same Message-ID to each.
 */
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
    private readonly mailer: Mailer,
  ) {
    super();
  }

  async handle({ id, payload }: DomainEvent<Opened>, delivery: Delivery): Promise<void> {
    const { name: business, language } = await this.dispatcher.ask(new GetTenantQuery());
    const members = await this.dispatcher.ask(new MembersWhoMayQuery('kyb:decide'));
    const words = caseMail(language, { business, dueAt: new Date(payload.dueAt), caseId: payload.caseId });
    let refused = 0;
    for (const { personId, name, email } of members)
      try {
        await this.mailer.send({ id: mixed(id, personId), to: { address: email, name }, ...words });
      } catch (error) {
        if (!(error instanceof ProviderError) || error.retryable) throw error;
        // One mailbox that takes nothing keeps nobody else from knowing.
        refused += 1;
        if (refused === members.length) throw new Undeliverable(error.message);
      }
    await this.uow.run(() => delivery.settle());
  }
}

/** One id for each event and person, the same in every try: the halves of both. */
const mixed = (eventId: string, personId: string): string => eventId.slice(0, 18) + personId.slice(18);
