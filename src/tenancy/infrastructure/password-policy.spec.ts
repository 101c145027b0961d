import type { BreachedPasswords } from './breached-passwords.js';
import { PasswordPolicy } from './password-policy.js';

describe('PasswordPolicy', () => {
  const policy = new PasswordPolicy({
    has: (password: string) => Promise.resolve(password === 'stolen horse battery'),
  } as Pick<BreachedPasswords, 'has'> as BreachedPasswords);
  const about = ['Salon Lumen', 'olena@lumen.example', 'Olena'];

  it.each(['correct horse battery', 'zq8#kd0w', 'ключ під килимком', 'x'.repeat(3) + 'a long tail of words'])(
    'takes "%s"',
    (password) => expect(() => policy.assert(password, about)).not.toThrow(),
  );

  it.each([
    'password',
    '12345678',
    'P@ssw0rd',
    'qwertyuiop',
    'aaaaaaaa',
    'salonlumen',
    'Lumen2026',
    'olena@lumen.example',
    'frontdesk',
  ])('refuses "%s" as guessable', (password) =>
    expect(() => policy.assert(password, about)).toThrow(
      expect.objectContaining({ code: 'auth.password_guessable' }),
    ),
  );

  it.each(['seven c', 'x'.repeat(201)])('refuses a length of "%s"', (password) =>
    expect(() => policy.assert(password, about, '/newPassword')).toThrow(
      expect.objectContaining({
        code: 'auth.password_length',
        options: { errors: [expect.objectContaining({ pointer: '/newPassword' })] },
      }),
    ),
  );

  it('refuses one that was breached, and no other', async () => {
    await expect(policy.assertUnbreached('correct horse battery')).resolves.toBeUndefined();
    await expect(policy.assertUnbreached('stolen horse battery', '/newPassword')).rejects.toMatchObject({
      code: 'auth.password_breached',
      options: { errors: [expect.objectContaining({ pointer: '/newPassword' })] },
    });
  });

  it('bounds the work of a long one', () => {
    const hostile = '@4@4$5$5!1!1'.repeat(16);
    const started = performance.now();
    expect(() => policy.assert(hostile, about)).not.toThrow();
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
