import { Injectable } from '@nestjs/common';
import { SystemCipher } from '#libs/encryption';
import type { DomainEvent } from '#libs/kernel';
import { LOBBY } from '../origin.js';

/** The member of a payload that has an address sealed. */
export type AddressMember = 'sealedTo' | 'sealedEmail';

/** Addresses in events: sealed with the system's data key for the event that they are in, since their work is nobody's business. */
@Injectable()
export class SealedAddresses {
  constructor(private readonly cipher: SystemCipher) {}

  seal(address: string, eventId: string, member: AddressMember): Promise<string> {
    return this.cipher.seal(address, placeOf(eventId, member));
  }

  open(
    sealed: string,
    event: Pick<DomainEvent, 'id' | 'aggregateId'>,
    member: AddressMember,
  ): Promise<string> {
    const before = { column: 'payload', rowId: event.aggregateId, tenantId: LOBBY };
    return this.cipher.openSecret(sealed, placeOf(event.id, member), before);
  }
}

const placeOf = (rowId: string, member: AddressMember) => ({
  table: 'outbox_event',
  column: `payload.${member}`,
  rowId,
});
