import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { currentTenant } from '#libs/kernel';
import type { DataSubject } from './data-subject.js';

/**
 * Names people without saying who they are: HMAC-SHA256 under a key that follows from SECRET_KEY and is not in the database.
 * The same person has another name in each tenant.
 */
@Injectable()
export class SubjectHasher {
  private readonly key: Buffer;

  constructor({ security }: Settings) {
    this.key = Buffer.from(
      hkdfSync('sha256', Buffer.from(security.secretKey ?? '', 'base64'), '', 'frontdesk:privacy:subject', 32),
    );
  }

  /** 43 characters of base64url. */
  hash(kind: string, value: string): string {
    return this.digest(`${currentTenant()}:${kind}:${value}`);
  }

  /** As `hash`, for what comes before the tenant is known. */
  digest(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }

  /** What two orders about the same person have in common: one name for each of their ids and phone numbers. */
  keysOf(subject: DataSubject): string[] {
    return [
      ...subject.customerIds.map((id) => this.hash('customer', id)),
      ...subject.personIds.map((id) => this.hash('person', id)),
      ...subject.phones.map((phone) => this.hash('phone', phone)),
    ].sort();
  }

  /** One name for the whole person, for a receipt. */
  nameOf(subject: DataSubject): string {
    return this.hash('subject', this.keysOf(subject).join(','));
  }
}
