import { AddMemberCommand, AccountChanged, BusinessSignedUp, CreateTenantCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { SettleRewardCommand } from '#contracts/referrals';
import { UnitOfWork } from '#libs/persistence';
import { ReferralWatch } from '../../src/referrals/application/settle-referrals/referral-watch.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestClock } from '../support/test-clock.js';
import type { TestTenant } from '../support/tenant.js';

interface Entry {
  id: string;
  referralId: string;
  side: string;
  status: string;
  amount: { amount: number; currency: string };
  reason: string | null;
}
interface Programme {
  code: string;
  link: string;
  funnel: Record<string, number>;
  totals: { status: string; amount: { amount: number; currency: string } }[];
}

const DAY = 86_400_000;
let clock: TestClock;
let host: TestApp;
let salon: TestTenant;

beforeAll(async () => {
  clock = new TestClock();
  host = await TestApp.start({
    clock,
    env: {
      SIGN_UP_URL: 'https://join.example/start?lang=en',
      REFERRAL_CURRENCY: 'EUR',
      ACCESS_TOKEN_SECONDS: '3600',
    },
  });
});
beforeEach(async () => {
  salon = await host.createTenant({ calendar: false });
});
afterAll(() => host.stop());

const programme = async (tenant = salon) => (await tenant.get<Programme>('/api/v1/referrals')).body;
const ledger = async (tenant = salon) =>
  (await tenant.get<{ data: Entry[] }>('/api/v1/referrals/ledger')).body.data;
const businesses = async (tenant = salon) =>
  (await tenant.get<{ data: Record<string, unknown>[] }>('/api/v1/referrals/businesses')).body.data;

/** A business that signs up as the sign-up does it: itself, its owner and the event in one transaction. */
const signUp = async (referralCode: string | null, ownerEmail = `owner-${newId()}@new.example`) => {
  const tenantId = newId();
  const ownerId = await host.as(tenantId, () =>
    host.app.get(UnitOfWork).run(async () => {
      const created = await host.dispatcher.request(
        new CreateTenantCommand({
          slug: `new-${tenantId}`,
          name: 'Barber Bruno',
          timeZone: 'Europe/Berlin',
          country: 'DE',
          currency: 'EUR',
          language: 'de',
          owner: { email: ownerEmail, name: 'Bruno', password: 'correct-horse-battery' },
        }),
      );
      await tell(tenantId, created.ownerId, referralCode);
      return created.ownerId;
    }),
  );
  return { tenantId, ownerId };
};
const tell = (tenantId: string, ownerId: string, referralCode: string | null) =>
  host.app
    .get(Outbox)
    .append(BusinessSignedUp.make(tenantId, { tenantId, ownerId, referralCode, country: 'DE' }));
const signUps = (tenantId: string) =>
  host.query<{ outcome: string; reason: string | null }>(
    tenantId,
    'SELECT outcome, reason FROM referral_signup ORDER BY id',
  );
const outcome = (tenantId: string, count = 1) =>
  eventually('the sign-up is recorded', async () => {
    const rows = await signUps(tenantId);
    return rows.length >= count && rows;
  });
const verified = async (tenantId: string, personId: string) => {
  await host.as(tenantId, () =>
    host.app
      .get(UnitOfWork)
      .run(() =>
        host.app.get(Outbox).append(AccountChanged.make(personId, { personId, what: 'email-verified' })),
      ),
  );
  await eventually('the verification is heard of', async () => {
    const rows = await host.query(tenantId, 'SELECT 1 FROM referral_verified_person WHERE person_id = $1', [
      personId,
    ]);
    return rows.length === 1;
  });
};
const watch = () => host.app.get(ReferralWatch, { strict: false }).run();
const later = async (days: number) => {
  clock.pass(days * DAY);
  const login = await fetch(`${host.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: salon.email, password: salon.password }),
  });
  salon.token = ((await login.json()) as { accessToken: string }).accessToken;
};

describe('a referral', () => {
  it('has a code and a link', async () => {
    const { code, link, ...rest } = await programme();
    expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
    expect(link).toBe(`https://join.example/start?lang=en&ref=${code}`);
    expect(rest).toEqual({
      rewards: { referrer: { amount: 5000, currency: 'EUR' }, referred: { amount: 2500, currency: 'EUR' } },
      ripeDays: 14,
      funnel: { signedUp: 0, refused: 0, pending: 0, earned: 0, void: 0 },
      totals: [],
    });
    expect((await programme()).code).toBe(code);
    const short = await fetch(`${host.url}/r/${code.toLowerCase()}`, { redirect: 'manual' });
    expect([short.status, short.headers.get('location')]).toEqual([302, link]);
    for (const path of ['/r/ABCD2345', '/r/x', `/r/${'A'.repeat(200)}`, '/r/%00'])
      expect([path, (await fetch(host.url + path, { redirect: 'manual' })).status]).toEqual([path, 404]);
  });

  it('is earned by both sides, once, when the address is verified and the time has come', async () => {
    const { code } = await programme();
    const { tenantId, ownerId } = await signUp(` ${code.toLowerCase().slice(0, 4)}-${code.slice(4)} `);
    expect(await outcome(tenantId)).toEqual([{ outcome: 'attributed', reason: null }]);
    expect(await programme()).toMatchObject({
      funnel: { signedUp: 1, pending: 1, earned: 0 },
      totals: [{ status: 'pending', amount: { amount: 5000, currency: 'EUR' } }],
    });
    expect(await businesses()).toEqual([
      {
        id: expect.any(String) as unknown,
        maskedName: 'B•••• B••••',
        status: 'pending',
        reason: null,
        signedUpAt: expect.any(String) as unknown,
        settledAt: null,
      },
    ]);
    // The referrer learns no id of the business.
    expect(JSON.stringify([await businesses(), await ledger()])).not.toContain(tenantId);
    await later(15);
    await watch();
    expect((await ledger()).map(({ status }) => status)).toEqual(['pending']);
    await verified(tenantId, newId());
    await watch();
    expect((await ledger()).map(({ status }) => status)).toEqual(['pending']);
    // By a link in a mail, which nobody is signed in to a business for: it is told elsewhere.
    await verified(salon.id, ownerId);
    await Promise.all([watch(), watch(), watch()]);
    await watch();
    const [earned, pending, ...more] = await ledger();
    expect(more).toEqual([]);
    expect([pending?.status, earned?.status, earned?.amount.amount]).toEqual(['pending', 'earned', 5000]);
    const theirs = await host.query(
      tenantId,
      'SELECT side, status, amount::int AS amount FROM referral_entry ORDER BY id',
    );
    expect(theirs).toEqual([
      { side: 'referred', status: 'pending', amount: 2500 },
      { side: 'referred', status: 'earned', amount: 2500 },
    ]);
    expect(await programme()).toMatchObject({
      funnel: { signedUp: 1, pending: 0, earned: 1 },
      totals: [{ status: 'earned', amount: { amount: 5000, currency: 'EUR' } }],
    });

    const settle = (status: 'paid' | 'void') =>
      host.as(salon.id, () =>
        host.dispatcher.request(new SettleRewardCommand({ entryId: pending!.id, status, reason: null })),
      );
    expect(await settle('paid')).toBe(true);
    expect(await settle('paid')).toBe(false);
    expect(await settle('void')).toBe(false);
    expect((await programme()).totals).toEqual([
      { status: 'paid', amount: { amount: 5000, currency: 'EUR' } },
    ]);
  });

  it('waits for its time, and is void without a verified address', async () => {
    const { code } = await programme();
    const { tenantId, ownerId } = await signUp(code);
    const other = await signUp(code);
    await outcome(tenantId);
    await outcome(other.tenantId);
    await verified(tenantId, ownerId);
    await later(13);
    await watch();
    expect((await programme()).funnel).toMatchObject({ pending: 2 });
    const [pending] = await ledger();
    const early = host.as(salon.id, () =>
      host.dispatcher.request(
        new SettleRewardCommand({ entryId: pending!.id, status: 'paid', reason: null }),
      ),
    );
    await expect(early).rejects.toMatchObject({ code: 'referrals.not_earned' });
    await later(78);
    await watch();
    expect((await programme()).funnel).toMatchObject({ pending: 0, earned: 1, void: 1 });
    expect((await businesses()).map(({ status, reason }) => [status, reason])).toContainEqual([
      'void',
      'not_verified_in_time',
    ]);
  });

  it('is refused with a reason', async () => {
    const { code } = await programme();
    const none = await signUp(null);
    const unknown = await signUp('ABCD2345');
    const nonsense = await signUp(`\u202e${'x'.repeat(3_000)}`);
    // The salon's own owner opens a second business with the salon's code.
    const self = await signUp(code, salon.email);
    // Somebody who has a business already is no new one.
    const elsewhere = await host.createTenant({ calendar: false });
    const known = await signUp(code, elsewhere.email);
    expect(await outcome(unknown.tenantId)).toEqual([{ outcome: 'refused', reason: 'unknown_code' }]);
    expect(await outcome(nonsense.tenantId)).toEqual([{ outcome: 'refused', reason: 'unknown_code' }]);
    expect(await outcome(self.tenantId)).toEqual([{ outcome: 'refused', reason: 'self_referral' }]);
    expect(await outcome(known.tenantId)).toEqual([{ outcome: 'refused', reason: 'known_owner' }]);
    expect(await signUps(none.tenantId)).toEqual([]);
    expect((await programme()).funnel).toEqual({ signedUp: 2, refused: 2, pending: 0, earned: 0, void: 0 });
    expect(await ledger()).toEqual([]);

    const own = await host.as(salon.id, () =>
      host.app.get(UnitOfWork).run(() => tell(salon.id, newId(), code)),
    );
    expect(own).toBeUndefined();
    expect(await outcome(salon.id)).toEqual([{ outcome: 'refused', reason: 'self_referral' }]);
  });

  it('is refused for a code that was replaced, and for a second one', async () => {
    const { code } = await programme();
    const replaced = await salon.post<Programme>(
      '/api/v1/referrals/code',
      {},
      { 'idempotency-key': newId() },
    );
    expect([replaced.status, replaced.body.code === code]).toEqual([200, false]);
    const late = await signUp(code);
    expect(await outcome(late.tenantId)).toEqual([{ outcome: 'refused', reason: 'retired_code' }]);
    expect((await fetch(`${host.url}/r/${code}`, { redirect: 'manual' })).status).toBe(404);

    const { tenantId, ownerId } = await signUp(replaced.body.code);
    await outcome(tenantId);
    const other = await host.createTenant({ calendar: false });
    const second = await programme(other);
    await host.as(tenantId, () => host.app.get(UnitOfWork).run(() => tell(tenantId, ownerId, second.code)));
    expect(await outcome(tenantId, 2)).toContainEqual({ outcome: 'refused', reason: 'repeat' });
    expect(await ledger(other)).toEqual([]);
    expect((await programme(other)).funnel).toMatchObject({ signedUp: 0 });
  });

  it('shows nobody else’s rewards, page by page', async () => {
    const { code } = await programme();
    for (const { tenantId } of [await signUp(code), await signUp(code), await signUp(code)])
      await outcome(tenantId);
    const first = await salon.get<{ data: Entry[]; hasMore: boolean }>('/api/v1/referrals/ledger?limit=2');
    expect([first.body.data.length, first.body.hasMore]).toEqual([2, true]);
    const rest = await salon.get<{ data: Entry[]; hasMore: boolean }>(
      `/api/v1/referrals/ledger?limit=2&startingAfter=${first.body.data[1]!.id}`,
    );
    expect([rest.body.data.length, rest.body.hasMore]).toEqual([1, false]);
    const other = await host.createTenant({ calendar: false });
    expect(await ledger(other)).toEqual([]);
    expect(await businesses(other)).toEqual([]);
    expect((await salon.get('/api/v1/referrals/ledger?limit=0')).status).toBe(422);
  });

  it('leaves a ledger that nobody changes', async () => {
    const { code } = await programme();
    await outcome((await signUp(code)).tenantId);
    for (const sql of ['UPDATE referral_entry SET amount = 1', 'DELETE FROM referral_entry'])
      await expect(host.query(salon.id, sql)).rejects.toThrow('permission denied');
  });

  it('is for those who may', async () => {
    const email = `auditor-${newId()}@example.test`;
    const password = 'correct-horse-battery';
    await host.as(salon.id, () =>
      host.dispatcher.request(new AddMemberCommand({ email, name: 'Auditor', password, role: 'auditor' })),
    );
    const { body } = await salon.post<{ accessToken: string }>('/api/v1/auth/login', { email, password });
    const headers = { authorization: `Bearer ${body.accessToken}` };
    expect((await salon.get('/api/v1/referrals', headers)).status).toBe(200);
    expect((await salon.post('/api/v1/referrals/code', {}, headers)).status).toBe(403);
  });
});
