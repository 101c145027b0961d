import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import type { DataSubject } from './data-subject.js';

/**
 * Names people without saying who they are: HMAC-SHA-256 under the tenant's index key. The same person has another name in each
 * tenant, and nobody without that key can try numbers out. Inside a unit of work.
 */
@Injectable()
export class SubjectHasher {
  constructor(private readonly cipher: FieldCipher) {}

  /** 43 characters of base64url. */
  hash(kind: string, value: string): Promise<string> {
    return this.cipher.blindIndex(value, { table: 'privacy', column: kind });
  }

  /** What two orders about the same person have in common: one name for each of their ids and phone numbers. */
  async keysOf({ customerIds, counterpartyIds, personIds, phones }: DataSubject): Promise<string[]> {
    const keys = await Promise.all([
      ...customerIds.map((id) => this.hash('customer', id)),
      ...counterpartyIds.map((id) => this.hash('counterparty', id)),
      ...personIds.map((id) => this.hash('person', id)),
      ...phones.map((phone) => this.hash('phone', phone)),
    ]);
    return keys.sort();
  }

  /** One name for the whole person, for a receipt. */
  async nameOf(subject: DataSubject): Promise<string> {
    return this.hash('subject', (await this.keysOf(subject)).join(','));
  }
}
