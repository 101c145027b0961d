import { loadSettings } from '#libs/config';
import { newId } from '#libs/kernel';
import { AuditKeys } from './audit-keys.js';

const [old, present] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
const keysOf = (key: string, ...before: string[]) =>
  new AuditKeys(
    loadSettings({ AUDIT_KEY: key, ...(before.length > 0 ? { AUDIT_KEYS_BEFORE: before.join(',') } : {}) }),
  );
const tenantId = newId();

describe('AuditKeys', () => {
  it('makes entries with AUDIT_KEY, and still has the keys of AUDIT_KEYS_BEFORE by their ids', () => {
    const before = keysOf(old);
    const after = keysOf(present, old);
    expect(after.currentId).toBe(keysOf(present).currentId);
    expect(after.currentId).not.toBe(before.currentId);
    expect(after.of(tenantId, before.currentId)).toEqual(before.of(tenantId));
    expect(after.of(tenantId)).toEqual(keysOf(present).of(tenantId));
    expect([...after.all(tenantId).keys()]).toEqual([after.currentId, before.currentId]);
  });

  it('knows no key that is not in the settings', () => {
    expect(keysOf(present).of(tenantId, keysOf(old).currentId)).toBeUndefined();
    expect(keysOf(present).all(tenantId).size).toBe(1);
  });

  it('has another key for each business', () => {
    const keys = keysOf(present);
    expect(keys.of(tenantId)).not.toEqual(keys.of(newId()));
    expect(keys.of(tenantId)).toHaveLength(32);
  });

  it('is not made without a key', () => {
    expect(() => new AuditKeys(loadSettings({}))).toThrow('AUDIT_KEY is not set');
  });
});
