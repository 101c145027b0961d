import { BusinessSignedUp } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { AttributeSignUpCommand } from '../../src/referrals/application/attribute-sign-up/attribute-sign-up.command.js';
import { SettleReferralCommand } from '../../src/referrals/application/settle-referrals/settle-referral.handler.js';
import { AttributeWhenSignedUp } from '../../src/referrals/application/on-business-signed-up/attribute-when-signed-up.handler.js';
import { UnitOfWork } from '#libs/persistence';
import { TestApp } from '../support/app.js';
import { FakeDns } from '../support/fake-dns.js';
import type { TestTenant } from '../support/tenant.js';

interface Domain {
  id: string;
  ownership: string;
  code: string;
  records: { name: string; value: string }[];
}

let dns: FakeDns;
let host: TestApp;
let tenants: TestTenant[];

beforeAll(async () => {
  dns = await FakeDns.start();
  host = await TestApp.start({ env: { DNS_RESOLVERS: dns.address } });
  tenants = [];
  for (let i = 0; i < 4; i += 1) tenants.push(await host.createTenant({ calendar: false }));
});
afterAll(async () => {
  await host.stop();
  await dns.stop();
});

describe('contests', () => {
  it('for a domain that several businesses can prove at once have one winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = `contest-${round}.example`;
      const claims = await Promise.all(
        tenants.map(async (tenant) => (await tenant.post<Domain>('/api/v1/domains', { name })).body),
      );
      dns.txt.set(
        claims[0]!.records[0]!.name,
        claims.map(({ records }) => records[0]!.value),
      );
      const verdicts = await Promise.all(
        // Each asks twice, as an impatient person does.
        tenants.flatMap((tenant, i) =>
          [1, 2].map(async () => {
            const { status, body } = await tenant.post<Domain>(`/api/v1/domains/${claims[i]!.id}/verify`);
            return { i, status, code: body.code };
          }),
        ),
      );
      const winners = new Set(verdicts.filter(({ status }) => status === 200).map(({ i }) => i));
      expect(winners.size).toBe(1);
      const lost = verdicts.filter(({ i }) => !winners.has(i));
      expect(lost.map(({ status, code }) => [status, code])).toEqual(Array(6).fill([409, 'domains.taken']));
    }
  });

  it('for one claim of one business have one row', async () => {
    const [tenant] = tenants;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => tenant!.post<Domain>('/api/v1/domains', { name: 'same.example' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('for a code give a business one code', async () => {
    const [, tenant] = tenants;
    const codes = await Promise.all(
      Array.from(
        { length: 6 },
        async () => (await tenant!.get<{ code: string }>('/api/v1/referrals')).body.code,
      ),
    );
    expect(new Set(codes).size).toBe(1);
    await Promise.all(Array.from({ length: 4 }, () => tenant!.post('/api/v1/referrals/code')));
    const current = await host.query(tenant!.id, 'SELECT code FROM referral_code WHERE retired_at IS NULL');
    expect(current).toHaveLength(1);
  });

  it('of sign-up events that come again give one reward', async () => {
    const [referrer] = tenants;
    const { code } = (await referrer!.get<{ code: string }>('/api/v1/referrals')).body;
    const newcomer = await host.createTenant({ calendar: false });
    const input = { ownerId: newId(), code };
    const handler = host.app.get(AttributeWhenSignedUp, { strict: false });
    const event = BusinessSignedUp.make(newcomer.id, {
      tenantId: newcomer.id,
      ownerId: input.ownerId,
      referralCode: code,
      country: 'DE',
    });
    const uow = host.app.get(UnitOfWork);
    // The same event several times at once, past its inbox, and other events of the same business beside it.
    await host.as(newcomer.id, () =>
      Promise.all([
        ...Array.from({ length: 4 }, () => uow.run(() => handler.handle(event as never))),
        ...Array.from({ length: 4 }, () =>
          host.dispatcher.request(new AttributeSignUpCommand({ ...input, eventId: newId() })),
        ),
      ]),
    );
    const count = (tenantId: string, table: string) =>
      host.query<{ n: number }>(tenantId, `SELECT count(*)::int AS n FROM ${table}`).then(([row]) => row?.n);
    expect(await count(referrer!.id, 'referral')).toBe(1);
    expect(await count(referrer!.id, 'referral_entry')).toBe(1);
    expect(await count(newcomer.id, 'referral_entry')).toBe(1);

    const ends = await host.as(newcomer.id, () =>
      Promise.all(
        Array.from({ length: 6 }, () => host.dispatcher.request(new SettleReferralCommand('earned'))),
      ),
    );
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await count(referrer!.id, 'referral_entry')).toBe(2);
    expect(await count(newcomer.id, 'referral_entry')).toBe(2);
  });
});
