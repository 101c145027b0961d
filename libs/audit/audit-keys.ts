import { createHash, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';

/**
 * The keys of the trail: one for each tenant, derived (HKDF, RFC 5869) from AUDIT_KEY, which is in no database. A tenant's key can be given
 * to its auditor, who then checks this tenant's MACs offline and nobody else's.
 */
@Injectable()
export class AuditKeys {
  /** Of the key that entries are made with today. */
  readonly currentId: string;
  private readonly roots = new Map<string, Buffer>();
  private readonly derived = new Map<string, Buffer>();

  constructor({ audit }: Settings) {
    if (audit.key === null) throw new Error('AUDIT_KEY is not set and none was generated');
    const [current, ...before] = [audit.key, ...audit.keysBefore].map((key) => Buffer.from(key, 'base64'));
    this.currentId = keyIdOf(current ?? Buffer.alloc(0));
    for (const root of [current, ...before]) if (root) this.roots.set(keyIdOf(root), root);
  }

  /** 32 bytes; undefined for a key that is not in the settings. */
  of(tenantId: string, keyId = this.currentId): Buffer | undefined {
    const name = `${keyId}:${tenantId}`;
    const known = this.derived.get(name);
    const root = this.roots.get(keyId);
    if (known || !root) return known;
    const key = Buffer.from(hkdfSync('sha256', root, tenantId, 'frontdesk audit mac v1', 32));
    if (this.derived.size >= KEPT) this.derived.clear();
    this.derived.set(name, key);
    return key;
  }

  /** All that a tenant's auditor needs, by key id. */
  all(tenantId: string): Map<string, Buffer> {
    return new Map(
      [...this.roots.keys()].flatMap((id) => {
        const key = this.of(tenantId, id);
        return key ? [[id, key] as const] : [];
      }),
    );
  }
}

/** Derived keys kept at once; deriving one takes microseconds. */
const KEPT = 10_000;

const keyIdOf = (root: Buffer): string =>
  createHash('sha256').update('frontdesk audit key id').update(root).digest('hex').slice(0, 16);
