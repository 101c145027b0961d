import { Injectable } from '@nestjs/common';
import { SystemCipher } from '#libs/encryption';
import { SystemFunctions } from '#libs/persistence';
import type { RoleId } from '#libs/security';
import { PersonCipher } from './person-cipher.js';

/** One for each business of the person; members of the business are null for who has none. */
export interface LoginRow {
  readonly person_id: string;
  readonly password_hash: string;
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly role: RoleId | null;
}

/** What the blind index of a network is made for. */
const NETWORK_INDEX = { table: 'login_session', column: 'network' } as const;

/** What is known of an address before a business is: outside of any unit of work. Addresses are in their normal form. */
@Injectable()
export class Logins {
  constructor(
    private readonly system: SystemFunctions,
    private readonly people: PersonCipher,
    private readonly cipher: SystemCipher,
  ) {}

  /** Nothing where no account has the address. */
  async find(email: string): Promise<LoginRow[]> {
    return this.system.call<LoginRow>('find_login', await this.people.keysOf(email));
  }

  /** Whether the account has signed in from the network since. */
  async networkKnown(email: string, network: string, since: Date): Promise<boolean> {
    const [row] = await this.system.call<{ known: boolean }>('network_known', [
      ...(await this.people.keysOf(email)),
      await this.indexOfNetwork(network),
      network,
      since,
    ]);
    return row?.known ?? false;
  }

  /** The address of who is asked for a second factor by this challenge; null when it is over. */
  async challengedEmail(challengeHash: string, at: Date): Promise<string | null> {
    const [row] = await this.system.call<{ id: string; email: string }>('challenged_account', [
      challengeHash,
      at,
    ]);
    return (await this.people.openRow(row))?.email ?? null;
  }

  indexOfNetwork(network: string): Promise<string> {
    return this.cipher.blindIndex(network, NETWORK_INDEX);
  }
}
