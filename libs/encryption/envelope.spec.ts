import { randomBytes } from 'node:crypto';
import { newId } from '#libs/kernel';
import { decrypt, encrypt, isEnvelope, prefixOf, readEnvelope, writeEnvelope } from './envelope.js';
import { SealBroken } from './errors.js';
import { type FieldPlace, indexWith, openWith, sealWith } from './field-cipher.js';

const key = { id: newId(), key: randomBytes(32) };
const tenant = newId();
const place: FieldPlace = { table: 'message', column: 'text', rowId: newId() };
const open = (sealed: string, at: FieldPlace = place, realm = tenant) => {
  const envelope = readEnvelope(sealed);
  if (!envelope) throw new SealBroken(at);
  return openWith(key, realm, envelope.sealed, at);
};

describe('a sealed text', () => {
  it.each(['secret', '', 'пароль 👍', 'x'.repeat(100_000)])('opens where it was sealed (%#)', (value) => {
    expect(open(sealWith(key, tenant, value, place))).toBe(value);
  });

  it('differs each time, names its key and does not contain the value', () => {
    const [first, second] = [sealWith(key, tenant, 'secret', place), sealWith(key, tenant, 'secret', place)];
    expect(first).not.toBe(second);
    expect(first.startsWith(prefixOf(key.id))).toBe(true);
    expect(readEnvelope(first)?.keyId).toBe(key.id);
    expect(Buffer.from(first.split('.')[2]!, 'base64url').toString()).not.toContain('secret');
  });

  it.each([
    ['table', { ...place, table: 'thread' }],
    ['column', { ...place, column: 'parts' }],
    ['row', { ...place, rowId: newId() }],
  ])('does not open in another %s', (_what, elsewhere) => {
    expect(() => open(sealWith(key, tenant, 's', place), elsewhere)).toThrow(SealBroken);
  });

  it('does not open for another tenant, nor under the name of another key', () => {
    const sealed = sealWith(key, tenant, 's', place);
    expect(() => open(sealed, place, newId())).toThrow(SealBroken);
    expect(() => openWith({ ...key, id: newId() }, tenant, readEnvelope(sealed)!.sealed, place)).toThrow(
      SealBroken,
    );
  });

  it('does not open with any bit flipped or any byte cut off', () => {
    const { sealed } = readEnvelope(sealWith(key, tenant, 'secret', place))!;
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openWith(key, tenant, changed, place)).toThrow(SealBroken);
    }
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => openWith(key, tenant, sealed.subarray(0, length), place)).toThrow(SealBroken);
  });

  it.each(['', 'plain', 'fd1.', 'fd1.short.body', 'fd2.AAAAAAAAAAAAAAAAAAAAAA.', 'v1.a.b.c'])(
    'is not %p',
    (text) => expect(isEnvelope(text)).toBe(false),
  );

  it('keeps the id of the key as it was', () => {
    const id = '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10';
    expect(readEnvelope(writeEnvelope(id, randomBytes(28)))?.keyId).toBe(id);
  });

  it('is bound to what was said when it was encrypted', () => {
    const sealed = encrypt(key.key, Buffer.from('x'), 'here');
    expect(decrypt(key.key, sealed, 'here').toString()).toBe('x');
    expect(() => decrypt(key.key, sealed, 'there')).toThrow();
  });
});

describe('a blind index', () => {
  const index = { table: 'identity_key', column: 'key' };

  it('of one value is the same in one column of one tenant, and another in any other, under the same key', () => {
    const one = indexWith(key, tenant, '+491701234567', index);
    expect(indexWith(key, tenant, '+491701234567', index)).toBe(one);
    const others = [
      indexWith(key, newId(), '+491701234567', index),
      indexWith(key, tenant, '+491701234568', index),
      indexWith(key, tenant, '+491701234567', { ...index, table: 'person' }),
      indexWith(key, tenant, '+491701234567', { ...index, column: 'phone' }),
      indexWith({ ...key, key: randomBytes(32) }, tenant, '+491701234567', index),
    ];
    expect(new Set([one, ...others]).size).toBe(6);
  });
});
