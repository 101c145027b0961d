import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '#libs/config';
import { newId } from '#libs/kernel';
import { Keyring } from './keyring.js';

const base64 = () => randomBytes(32).toString('base64');
const ringOf = (env: Record<string, string>) => Keyring.of(loadSettings(env));
const place = { realm: newId(), id: newId(), scope: 'tenant' };
const dataKey = randomBytes(32);

describe('Keyring', () => {
  it('wraps with the first key and unwraps with all', () => {
    const [a, b, secret] = [base64(), base64(), base64()];
    const old = ringOf({ ENCRYPTION_KEYS: `a:${a}` });
    const ring = ringOf({ ENCRYPTION_KEYS: `b:${b}, a:${a}`, SECRET_KEY: secret });
    expect(ring.activeId).toBe('b');
    expect(ring.unwrap(old.wrap(dataKey, place), 'a', place)).toEqual(dataKey);
    const before = ringOf({ SECRET_KEY: secret });
    expect(before.activeId).toBe('secret-key');
    expect(ring.unwrap(before.wrap(dataKey, place), 'secret-key', place)).toEqual(dataKey);
  });

  it.each(['realm', 'id', 'scope'] as const)('does not unwrap in another %s', (member) => {
    const ring = ringOf({ ENCRYPTION_KEYS: `a:${base64()}` });
    const wrapped = ring.wrap(dataKey, place);
    expect(() => ring.unwrap(wrapped, 'a', { ...place, [member]: 'other' })).toThrow('does not unwrap');
  });

  it('reads a file with comments and lines', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyring-'));
    try {
      const file = join(folder, 'keys');
      writeFileSync(file, `# of 2026\n2026:${base64()}\n\n2025:${base64()}\n`);
      const ring = ringOf({ ENCRYPTION_KEY_FILE: file });
      expect([ring.activeId, ring.has('2025')]).toEqual(['2026', true]);
      expect(() => ringOf({ ENCRYPTION_KEY_FILE: join(folder, 'none') })).toThrow('ENCRYPTION_KEY_FILE');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names what is wrong without repeating a key', () => {
    const short = randomBytes(16).toString('base64');
    expect(() => ringOf({ ENCRYPTION_KEYS: `a:${base64()},b:${short}` })).toThrow(
      /^ENCRYPTION_KEYS: entry 2 must be(?!.*==)/,
    );
    const key = base64();
    expect(() => ringOf({ ENCRYPTION_KEYS: `a:${key},a:${key}` })).toThrow('the key id a is taken');
    expect(() => ringOf({})).toThrow('no encryption key');
    expect(() => ringOf({ ENCRYPTION_KEYS: `a:${key}` }).unwrap('x', 'gone', place)).toThrow(
      'the encryption key gone is not in ENCRYPTION_KEYS',
    );
  });
});
