import { Query } from '@nestjs/cqrs';
import type { IdentityKey } from './thread.commands.js';

/** One identity that an address leads to. */
export interface CustomerCandidate {
  customerId: string;
  /** The identity. */
  id: string;
  channelId: string;
  /** False when the address has moved on: whoever has it now is somebody else. */
  live: boolean;
  createdAt: Date;
}

/** Everybody whom a customer id, a phone number (E.164) or an address on a channel may mean. Empty when nobody is known by it. */
export class FindCustomersQuery extends Query<CustomerCandidate[]> {
  constructor(
    readonly by: { customerId: string } | { phone: string } | { channelId: string; address: string },
  ) {
    super();
  }
}

/**
 * Whether what was sent then from one of these addresses is of somebody who was erased since: a provider that delivers it again
 * does not bring it back.
 */
export class IsOfErasedQuery extends Query<boolean> {
  constructor(readonly input: { channelId: string; keys: readonly IdentityKey[]; sentAt: Date }) {
    super();
  }
}
