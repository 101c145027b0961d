import { Injectable } from '@nestjs/common';
import { GetTenantQuery, type MemberAddress, type TenantView } from '#contracts/tenancy';
import { ProviderError } from '#libs/kernel';
import { Mailer } from '#libs/mail';
import { Dispatcher, Undeliverable } from '#libs/messaging';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Writes to members about an event. A try that was broken off writes to all again, with the same Message-ID to each. */
@Injectable()
export class StaffMailer {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly mailer: Mailer,
  ) {}

  /** Error: `Undeliverable` when no mailbox takes it. */
  async send(
    eventId: string,
    members: readonly MemberAddress[],
    write: (tenant: TenantView) => Mail,
  ): Promise<void> {
    const words = write(await this.dispatcher.ask(new GetTenantQuery()));
    let refused = 0;
    for (const { personId, name, email } of members)
      try {
        await this.mailer.send({ id: mixed(eventId, personId), to: { address: email, name }, ...words });
      } catch (error) {
        if (!(error instanceof ProviderError) || error.retryable) throw error;
        // One mailbox that takes nothing keeps nobody else from knowing.
        refused += 1;
        if (refused === members.length) throw new Undeliverable(error.message);
      }
  }
}

/** One id for each event and person, the same in every try: the halves of both. */
const mixed = (eventId: string, personId: string): string => eventId.slice(0, 18) + personId.slice(18);
