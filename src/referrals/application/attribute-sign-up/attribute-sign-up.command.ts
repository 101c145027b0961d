import { Command } from '@nestjs/cqrs';
import type { Refusal } from '../../infrastructure/referral.repository.js';

/** What the code that a new business gave is worth; for the business of the context. Once for each event. */
export class AttributeSignUpCommand extends Command<'attributed' | Refusal> {
  constructor(readonly input: { eventId: string; ownerId: string; code: string }) {
    super();
  }
}
