import { PasswordHasher } from './password-hasher.js';

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
    const time = async (hash: string | null): Promise<number> => {
      const runs: number[] = [];
      for (let i = 0; i < 7; i += 1) {
        const start = performance.now();
        expect(await hasher.verify(hash, 'wrong password')).toBe(false);
        runs.push(performance.now() - start);
      }
      return runs.sort((a, b) => a - b)[3]!;
    };
    const [real, nobody] = [await time(stored), await time(null)];
    expect(nobody).toBeGreaterThan(real / 3);
    expect(nobody).toBeLessThan(real * 3);
  });
});
