import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type SubjectPart,
} from '#libs/privacy';
import { SubjectRepository } from './subject.repository.js';
import { ThreadRepository } from './thread.repository.js';

interface Row {
  id: string;
  [field: string]: unknown;
}

const IDENTITY = `x.id, x.customer_id AS "customerId", x.channel_id AS "channelId", x.address,
  x.display_name AS "displayName", x.phone, x.language, x.created_at AS "createdAt"`;
const KEY = `x.id, x.kind, x.value, x.created_at AS "createdAt", x.retired_at AS "retiredAt"`;

/**
 * Who the customer is. First in an erasure: from its commit on the old customer can write and be written to no more, and
 * whoever writes from the same address is a new person.
 */
@Injectable()
@HoldsPersonalData({
  name: 'conversations.identities',
  description: 'How the person is known on each channel: names, numbers, addresses',
  dataClasses: ['conversations'],
  order: 10,
})
export class IdentityStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rows: PersonalRows,
    private readonly subjects: SubjectRepository,
    private readonly threads: ThreadRepository,
  ) {
    super();
  }

  override locate(known: DataSubject): Promise<SubjectPart> {
    return this.subjects.locate(known);
  }

  async *export({ identityIds }: DataSubject): AsyncGenerator<PersonalRecord> {
    const identities = {
      table: 'identity',
      where: 'x.id = ANY ($2::uuid[])',
      parameters: [identityIds],
    };
    for await (const row of this.rows.read<Row>(identities, IDENTITY)) yield { type: 'identity', ...row };
    const keys = {
      table: 'identity_key',
      where: 'x.identity_id = ANY ($2::uuid[])',
      parameters: [identityIds],
    };
    for await (const row of this.rows.read<Row>(keys, KEY)) yield { type: 'address', ...row };
  }

  async erase(subject: DataSubject, now: Date): Promise<Erasure> {
    const identityIds = await this.subjects.lock(subject.customerIds);
    // Again, now that nobody can write any more: what came since the person was looked up.
    const found = await this.subjects.locate(subject);
    for (const id of await this.subjects.openThreads(identityIds)) {
      const thread = await this.threads.lock(id);
      thread.close(now);
      await this.threads.save(thread);
    }
    const records = await this.subjects.cutOff(identityIds, now);
    return {
      records,
      what: 'deleted',
      reason:
        'Keyed hashes of the addresses are kept for 30 days, so that what a provider delivers again does not come back.',
      found,
    };
  }

  override oldest(): Promise<Date | null> {
    const named = { table: 'identity', where: `x.address <> ''`, parameters: [] };
    return this.rows.oldest(named, 'x.created_at');
  }

  /** Hashes of erased addresses, once no provider delivers again. */
  async forgetErased(before: Date): Promise<void> {
    await this.uow.execute('DELETE FROM erased_key WHERE tenant_id = $1 AND erased_at < $2', [
      currentTenant(),
      before,
    ]);
  }
}
