import { Injectable } from '@nestjs/common';
import type { DomainEvent } from '#libs/kernel';
import {
  type Delivery,
  Dispatcher,
  EventHandler,
  HandlesEvent,
  type HandlesEventOptions,
} from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { Letter } from './letter.js';
import { type Recipient, StaffMailer } from './staff-mailer.js';

/** What is written about an event, and to whom. */
export interface StaffMail {
  readonly to: readonly Recipient[];
  readonly letter: Letter;
}

/** As `@HandlesEvent`, of a handler that writes mails: apart from what must be quick, and tried as often as MAIL_ATTEMPTS says. */
export const MailsOn = (event: HandlesEventOptions['event'], name: string) =>
  HandlesEvent({
    event,
    name,
    queue: 'sends',
    transactional: false,
    attempts: ({ mail }) => mail.attempts,
    backoffMs: ({ mail }) => mail.backoffMs,
  });

/** Writes to people who work in a business about an event, once. Decorate with `@MailsOn`. */
@Injectable()
export abstract class StaffMailHandler<T extends object> extends EventHandler<T> {
  constructor(
    protected readonly uow: UnitOfWork,
    private readonly mailer: StaffMailer,
    protected readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  async handle({ id, payload }: DomainEvent<T>, delivery: Delivery): Promise<void> {
    const mail = await this.mailAbout(payload);
    if (mail) await this.mailer.send(id, mail.to, mail.letter);
    await this.uow.run(() => delivery.settle());
  }

  /** Outside of a unit of work. null: nobody has to know. */
  protected abstract mailAbout(payload: T): Promise<StaffMail | null>;
}
