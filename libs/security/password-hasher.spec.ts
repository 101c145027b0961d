import * as argon2 from '@node-rs/argon2';
import { PasswordHasher } from './password-hasher.js';

jest.mock('@node-rs/argon2', () => {
  const actual = jest.requireActual<typeof argon2>('@node-rs/argon2');
  return { ...actual, verify: jest.fn(actual.verify) };
});
const checked = jest.mocked(argon2.verify as (hash: string, password: string) => Promise<boolean>);

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();

  it('hashes with argon2id and the parameters of OWASP', async () => {
    expect(await hasher.hash('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('tells the right password from a wrong one', async () => {
    const stored = await hasher.hash('correct horse battery');
    expect(await hasher.verify(stored, 'correct horse battery')).toBe(true);
    expect(await hasher.verify(stored, 'correct horse batterz')).toBe(false);
  });

  it('answers false for nobody, after the work of a real check', async () => {
    const stored = await hasher.hash('correct horse battery');
    checked.mockClear();
    expect(await hasher.verify(null, 'wrong password')).toBe(false);
    expect(await hasher.verify(stored, 'wrong password')).toBe(false);
    const costs = checked.mock.calls.map(([hash]) => hash.split('$').slice(0, 4));
    expect(costs).toEqual([costs[1], ['', 'argon2id', 'v=19', 'm=19456,t=2,p=1']]);
  });
});
