import { runInContext } from '#libs/kernel';
import type { UnitOfWork } from '#libs/persistence';
import type { PasswordHasher } from '#libs/security';
import type { AccountRepository } from '../../infrastructure/account.repository.js';
import type { LoginThrottle } from '../../infrastructure/login-throttle.js';
import type { Proof, SecondFactor } from '../mfa/second-factor.js';
import { Reauthentication } from './reauthentication.js';

const PASSWORD = 'teapot orchard velvet';
const ADA = '0195a3c0-0000-7000-8000-000000000001';

/** Ada, whose code is 123456 once she has a second factor; what was counted and given back is written down. */
const desk = ({ mfa = false } = {}) => {
  const counted: string[] = [];
  const state = { mfa, spent: [] as Proof[] };
  const reauthentication = new Reauthentication(
    { run: (work: () => Promise<unknown>) => work() } as unknown as UnitOfWork,
    {
      find: () => Promise.resolve({ email: 'ada@lumen.example', name: 'Ada', passwordHash: 'h' }),
    } as never as AccountRepository,
    {
      isOn: () => Promise.resolve(state.mfa),
      spend: (_: string, proof: Proof) => {
        state.spent.push(proof);
        return Promise.resolve('code' in proof && proof.code === '123456');
      },
    } as unknown as SecondFactor,
    {
      verify: (_: string, given: string) => Promise.resolve(given === PASSWORD),
    } as unknown as PasswordHasher,
    {
      take: (_: string, __: string, kind = 'login') => {
        counted.push(kind);
        return Promise.resolve(() => {
          counted.push(`${kind} back`);
          return Promise.resolve();
        });
      },
    } as unknown as LoginThrottle,
  );
  const full = (proof?: Proof, password = PASSWORD) =>
    runInContext(
      { tenantId: ADA, actor: { kind: 'user', id: ADA, permissions: new Set() }, traceId: 't' },
      async () => (await reauthentication.full({ password, proof })).run(() => Promise.resolve('done')),
    );
  return { full, counted, state };
};

describe('showing again who one is', () => {
  it('takes the password where there is nothing else, and asks for no code', async () => {
    const { full, counted, state } = desk();
    await expect(full()).resolves.toBe('done');
    await expect(full({ code: '999999' })).resolves.toBe('done');
    expect(state.spent).toEqual([]);
    expect(counted).toEqual(['login', 'login back', 'login', 'login back']);
  });

  it('asks for the second factor where there is one, and counts what is wrong', async () => {
    const { full, counted } = desk({ mfa: true });
    await expect(full()).rejects.toMatchObject({ code: 'auth.mfa_code_required' });
    await expect(full({ code: '000000' })).rejects.toMatchObject({ code: 'auth.mfa_code_wrong' });
    expect(counted.filter((each) => each.startsWith('mfa'))).toEqual(['mfa']);
    await expect(full({ code: '123456' })).resolves.toBe('done');
    expect(counted.filter((each) => each.startsWith('mfa'))).toEqual(['mfa', 'mfa', 'mfa back']);
  });

  it('looks at no code before the password is right', async () => {
    const { full, counted, state } = desk({ mfa: true });
    await expect(full({ code: '123456' }, 'guess')).rejects.toMatchObject({ code: 'auth.wrong_password' });
    expect([state.spent, counted]).toEqual([[], ['login']]);
  });

  it('holds what it allows to a second factor that was set up meanwhile', async () => {
    const { full, state } = desk();
    const asked = full();
    state.mfa = true;
    await expect(asked).rejects.toMatchObject({ code: 'auth.mfa_code_required' });
  });
});
