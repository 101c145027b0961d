import { BeginTurnCommand, CompleteTurnCommand, type TurnBrief } from '#contracts/conversations';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestClock } from '../support/test-clock.js';
import type { TestTenant } from '../support/tenant.js';

const FROM = '16505551234';
const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  // Stores and relays, and composes nothing by itself.
  host = await TestApp.start({ clock, env: { TURN_QUIET_MS: '60000', TURN_MAX_WAIT_MS: '300000' } });
  tenant = await host.createTenant({ calendar: false });
});

afterAll(() => host.stop());

const threadOf = () =>
  eventually('the thread of the message', async () => {
    const { body } = await tenant.get<{ data: { id: string }[] }>('/api/v1/threads');
    return body.data[0]?.id;
  });

const begin = async (threadId: string, key: string): Promise<TurnBrief | string> => {
  const begun = await host.as(tenant.id, () =>
    host.dispatcher.request(new BeginTurnCommand({ threadId, key, immediately: true })),
  );
  return 'brief' in begun ? begun.brief : begun.refusal;
};

const complete = async ({ turnId, attempt }: TurnBrief, text: string): Promise<string> => {
  const command = new CompleteTurnCommand({ turnId, attempt, text, language: 'en' });
  return (await host.as(tenant.id, () => host.dispatcher.request(command))).outcome;
};

it('answers once when a turn outlives its lease and another takes its place', async () => {
  await tenant.whatsapp(FROM, 'Hello?');
  const threadId = await threadOf();
  const slow = await begin(threadId, 'slow');
  expect(await begin(threadId, 'early')).toBe('busy');

  clock.pass(5 * 60_000 + 1);
  const next = await begin(threadId, 'next');
  if (typeof slow === 'string' || typeof next === 'string') throw new Error('both turns should have begun');
  expect(await complete(slow, 'too late')).toBe('dropped');
  expect(await complete(next, 'here I am')).toBe('replied');

  const sent = await host.graph.waitForMessages(1, { to: FROM });
  expect(sent.map((m) => m.text)).toEqual(['here I am']);
});
