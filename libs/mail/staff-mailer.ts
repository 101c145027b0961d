import { Injectable } from '@nestjs/common';
import { ProviderError } from '#libs/kernel';
import { Undeliverable } from '#libs/messaging';
import { Mailer } from './mailer.js';
import type { Letter } from './letter.js';

export interface Recipient {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
}

/** Writes to people who work in a business about an event. A try that was broken off writes to all again, with the same Message-ID to each. */
@Injectable()
export class StaffMailer {
  constructor(private readonly mailer: Mailer) {}

  /** Error: `Undeliverable` when no mailbox takes it. */
  async send(eventId: string, people: readonly Recipient[], letter: Letter): Promise<void> {
    let refused = 0;
    for (const { personId, name, email } of people)
      try {
        await this.mailer.send({ id: mixed(eventId, personId), to: { address: email, name }, ...letter });
      } catch (error) {
        if (!(error instanceof ProviderError) || error.retryable) throw error;
        // One mailbox that takes nothing keeps nobody else from knowing.
        refused += 1;
        if (refused === people.length) throw new Undeliverable(error.message);
      }
  }
}

/** One id for each event and person, the same in every try: the halves of both. */
const mixed = (eventId: string, personId: string): string => eventId.slice(0, 18) + personId.slice(18);
