import { randomBytes } from 'node:crypto';
import { SecretBox, type SecretPlace } from './secret-box.js';

const place: SecretPlace = {
  table: 'channel',
  column: 'credentials',
  tenantId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10',
  rowId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11',
};
const key = () => randomBytes(32).toString('base64');

describe('SecretBox', () => {
  const box = new SecretBox(key());

  it.each(['EAAG-token', '', 'пароль 👍', 'x'.repeat(10_000)])('opens what it sealed (%#)', (secret) => {
    expect(box.open(box.seal(secret, place), place)).toBe(secret);
  });

  it('seals differently each time and says its version', () => {
    const [first, second] = [box.seal('s', place), box.seal('s', place)];
    expect(first).toMatch(/^v1\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
    expect(first).not.toBe(second);
  });

  it.each(Object.keys(place) as (keyof SecretPlace)[])('does not open in another %s', (member) => {
    expect(() => box.open(box.seal('s', place), { ...place, [member]: 'other' })).toThrow('does not open');
  });

  it('does not open with another key', () => {
    expect(() => new SecretBox(key()).open(box.seal('s', place), place)).toThrow('does not open');
  });

  it.each([1, 2, 3])('does not open when part %i was changed', (part) => {
    const parts = box.seal('secret', place).split('.');
    const text = parts[part]!;
    parts[part] = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    expect(() => box.open(parts.join('.'), place)).toThrow('does not open');
  });

  it('refuses a tag that was cut short', () => {
    const parts = box.seal('secret', place).split('.');
    parts[2] = Buffer.from(parts[2]!, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => box.open(parts.join('.'), place)).toThrow('does not open');
  });

  it.each(['', 'plain', 'v2.a.b.c', 'v1.a.b', 'v1.a.b.c.d'])('refuses %p', (text) => {
    expect(() => box.open(text, place)).toThrow('not a sealed secret');
  });

  it('needs a key of 32 bytes', () => {
    expect(() => new SecretBox(randomBytes(31).toString('base64'))).toThrow('32 bytes');
  });

  it('does not put the secret into the error', () => {
    expect(() => box.open(box.seal('very secret', place), { ...place, rowId: 'x' })).toThrow(
      /^(?!.*very secret)/,
    );
  });
});
