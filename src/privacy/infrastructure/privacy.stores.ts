import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  type PruneOrder,
  SubjectHasher,
} from '#libs/privacy';

/** Earlier exports of the person, and what was written about requests and holds that are over. */
@Injectable()
@HoldsPersonalData({
  name: 'privacy.requests',
  description: 'Earlier requests about the person and their exports',
  dataClasses: ['exports'],
  order: 90,
})
export class RequestStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: SubjectHasher,
  ) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const requests = await this.uow.query(
      `SELECT id, kind, state, reason, created_at AS "createdAt" FROM privacy_request
       WHERE tenant_id = $1 AND subject_keys && $2::text[] ORDER BY id`,
      [currentTenant(), await this.hasher.keysOf(subject)],
    );
    for (const request of requests) yield { type: 'privacy-request', ...request };
  }

  async erase(subject: DataSubject, now: Date): Promise<Erasure> {
    const values = [currentTenant(), await this.hasher.keysOf(subject)];
    const records = await this.uow.execute(
      `DELETE FROM privacy_export_chunk WHERE tenant_id = $1 AND request_id IN (
         SELECT id FROM privacy_request WHERE tenant_id = $1 AND subject_keys && $2::text[])`,
      values,
    );
    await this.uow.execute(
      `UPDATE privacy_request SET reason = '', subject_sealed = NULL, export_expires_at = least(export_expires_at, created_at)
       WHERE tenant_id = $1 AND subject_keys && $2::text[] AND state IN ('completed', 'cancelled')`,
      values,
    );
    await this.uow.execute(
      `UPDATE legal_hold SET reason = '[erased]', lift_reason = '[erased]', subject_sealed = NULL
       WHERE tenant_id = $1 AND subject_keys && $2::text[] AND (lifted_at IS NOT NULL OR until <= $3)`,
      [...values, now],
    );
    return {
      records,
      what: 'deleted',
      reason: 'That there were requests and holds, and when, is kept by keyed hash.',
    };
  }

  /** Exports have a time of their own. */
  async pruneExpired({ now, limit }: Pick<PruneOrder, 'now' | 'limit'>): Promise<number> {
    return this.uow.execute(
      `DELETE FROM privacy_export_chunk WHERE tenant_id = $1 AND id IN (
         SELECT c.id FROM privacy_export_chunk c JOIN privacy_request r ON r.tenant_id = c.tenant_id AND r.id = c.request_id
         WHERE c.tenant_id = $1 AND r.export_expires_at < $2 LIMIT $3)`,
      [currentTenant(), now, limit],
    );
  }
}

/** The keys under which everything of the person is sealed, in backups too. Last: nothing can be read after it. */
@Injectable()
@HoldsPersonalData({
  name: 'encryption.subject-keys',
  description: 'The keys with which the person’s data is encrypted',
  dataClasses: ['conversations', 'messages', 'transcripts', 'bookings'],
  order: 100,
})
export class SubjectKeyStore extends PersonalDataStore {
  constructor(private readonly cipher: FieldCipher) {
    super();
  }

  async *export(): AsyncGenerator<PersonalRecord> {
    yield* [];
  }

  async erase({ customerIds, bookingIds }: DataSubject): Promise<Erasure> {
    let records = 0;
    // A booking of nobody who is known as a customer is sealed under a key of its own.
    for (const id of [...customerIds, ...bookingIds]) records += await this.cipher.destroySubjectKeys(id);
    return { records, what: 'key destroyed' };
  }
}
