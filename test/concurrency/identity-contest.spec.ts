import { GOOD_PASSWORD, IdentityApp, type Signed } from '../support/identity.js';
import { TestClock } from '../support/test-clock.js';

const TIMES = 6;

describe('what is good once, wanted by many at once', () => {
  let desk: IdentityApp;
  const clock = new TestClock();
  beforeAll(async () => {
    clock.standStill();
    desk = await IdentityApp.start({ clock });
  }, 60_000);
  afterAll(() => desk.stop());

  const atOnce = async (work: (i: number) => Promise<{ status: number }>): Promise<number[]> =>
    (await Promise.all(Array.from({ length: TIMES }, (_, i) => work(i)))).map(({ status }) => status).sort();
  const won = (statuses: number[]) => statuses.filter((status) => status < 300).length;
  const noFault = (statuses: number[]) => expect(statuses.filter((status) => status >= 500)).toEqual([]);
  const once = (statuses: number[]) => {
    noFault(statuses);
    expect(won(statuses)).toBe(1);
  };

  it('an e-mail address', async () => {
    // Each with a password of its own: with the right one, who comes later opens another business.
    const bodies = Array.from({ length: TIMES }, (_, i) => ({
      ...desk.signUpBody(),
      email: 'contested@lumen.example',
      password: `${GOOD_PASSWORD}-${i}`,
    }));
    const statuses: number[] = [];
    await Promise.all(
      bodies.map(async (body, i) => (statuses[i] = (await desk.post('/auth/sign-up', body)).status)),
    );
    once(statuses);
    const winner = bodies[statuses.indexOf(201)]!;
    const login = (await desk.logIn(winner.email, { password: winner.password })).body;
    const mine = await desk.get<{ data: unknown[] }>('/me/businesses', login.accessToken);
    expect(mine.body.data).toHaveLength(1);
  });

  it('a slug is taken once, and nobody is refused for it', async () => {
    const statuses = await atOnce(() =>
      desk.post('/auth/sign-up', desk.signUpBody({ businessName: 'Same' })),
    );
    expect(statuses).toEqual(Array(TIMES).fill(201));
  });

  it('an invitation, by a new person', async () => {
    const owner = await desk.signUp();
    const email = `ivan-${owner.personId}@lumen.example`;
    await desk.post('/invitations', { email, role: 'agent' }, owner.accessToken);
    const token = await desk.mail.tokenTo(email, 'accept-invitation');
    once(
      await atOnce((i) =>
        desk.post('/auth/invitations/accept', { token, name: `Ivan ${i}`, password: GOOD_PASSWORD }),
      ),
    );
  });

  it('an invitation, by who has an account', async () => {
    const [owner, guest] = [await desk.signUp(), await desk.signUp()];
    await desk.post('/invitations', { email: guest.email, role: 'agent' }, owner.accessToken);
    const token = await desk.mail.tokenTo(guest.email, 'accept-invitation');
    once(await atOnce(() => desk.post('/me/invitations', { token }, guest.accessToken)));
  });

  it('a link that verifies', async () => {
    const owner = await desk.signUp();
    const token = await desk.mail.tokenTo(owner.email, 'verify-email');
    once(await atOnce(() => desk.post('/auth/verify-email', { token })));
  });

  it('a link that resets a password', async () => {
    const owner = await desk.signUp();
    await desk.post('/auth/password-reset', { email: owner.email });
    const token = await desk.mail.tokenTo(owner.email, 'reset-password');
    const password = (i: number) => `walnut ferry lantern ${i}`;
    once(await atOnce((i) => desk.post('/auth/password-reset/confirm', { token, password: password(i) })));
  });

  it('an address that two people want', async () => {
    const people = [await desk.signUp(), await desk.signUp()];
    const email = `wanted-${people[0]!.personId}@lumen.example`;
    const tokens: string[] = [];
    for (const { accessToken } of people) {
      await desk.post('/me/email', { password: GOOD_PASSWORD, email }, accessToken);
      tokens.push(await desk.mail.tokenTo(email, 'change-email', tokens[0]));
    }
    const statuses = await Promise.all(
      tokens.map(async (token) => (await desk.post('/auth/change-email', { token })).status),
    );
    expect(statuses.sort()).toEqual([204, 409]);
  });

  it('a code of the authenticator app, over several challenges; a recovery code', async () => {
    const owner = await desk.signUp();
    const { code, recoveryCodes } = await desk.enrol(owner.accessToken, clock.now());
    clock.pass(30_000);
    const challenges: (string | undefined)[] = [];
    for (let i = 0; i < TIMES; i += 1) challenges.push((await desk.logIn(owner.email)).body.challengeToken);
    const answer = (proof: object) => (i: number) =>
      desk.post<Signed>('/auth/mfa', { challengeToken: challenges[i], ...proof });
    once(await atOnce(answer({ code: code(clock.now()) })));
    for (let i = 0; i < TIMES; i += 1) challenges[i] = (await desk.logIn(owner.email)).body.challengeToken;
    once(await atOnce(answer({ recoveryCode: recoveryCodes[0] })));
  });

  it('the last two owners: one may leave', async () => {
    const [owner, guest] = [await desk.signUp(), await desk.signUp()];
    await desk.post('/invitations', { email: guest.email, role: 'owner' }, owner.accessToken);
    const token = await desk.mail.tokenTo(guest.email, 'accept-invitation');
    const there = (await desk.post<Signed>('/me/invitations', { token }, guest.accessToken)).body;
    const statuses = await Promise.all(
      [owner.accessToken, there.accessToken].map(
        async (bearer) =>
          (await desk.call('DELETE', `/me/businesses/${owner.tenantId}`, undefined, { token: bearer }))
            .status,
      ),
    );
    expect(statuses.sort()).toEqual([204, 409]);
  });
});
