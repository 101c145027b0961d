import { FieldCipher } from '#libs/encryption';
import { testEngines } from '#libs/testing';
import { APP_SECRET, TestApp } from '../support/app.js';
import { idle, newCustomer } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { type ChatRequest, reply } from '../support/fake-openai.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

/** One embedded session serialises all of them, so there fewer say as much. */
const THREADS = testEngines().kind === 'real' ? 200 : 60;
/** So many of them go on with a second burst after the answer to the first. */
const TALKATIVE = 20;
const LINES = ['one', 'two', 'three', 'four', 'five'];
const QUIET_MS = 3_000;

// A machine that does other things as well may take its time over a thousand messages.
jest.setTimeout(300_000);

/** What the customer said since the last answer. */
const unanswered = ({ messages }: ChatRequest): string =>
  messages
    .slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join(', ');

interface Stored {
  address: string;
  texts: string[];
  seqs: number[];
  replies: number;
}

describe('many customers who write bursts of five messages, all at once', () => {
  const clock = new TestClock();
  const customers = Array.from({ length: THREADS }, newCustomer);
  const BURSTS = [
    { burst: 1, writers: customers },
    { burst: 2, writers: customers.slice(0, TALKATIVE) },
  ];
  const burstsOf = (from: string) =>
    BURSTS.filter(({ writers }) => writers.includes(from)).map(({ burst }) => burst);
  const linesOf = (burst: number) => LINES.map((line) => `${line} of burst ${burst}`);
  let host: TestApp;
  let tenant: TestTenant;

  beforeAll(async () => {
    host = await TestApp.start({
      model: 'scripted',
      clock,
      env: { TURN_QUIET_MS: String(QUIET_MS), TURN_MAX_WAIT_MS: '60000' },
    });
    host.openai.handler = (request) => reply.text(`You said: ${unanswered(request)}`);
    tenant = await host.createTenant({ calendar: false });
  });
  afterAll(() => host.stop());

  /** As Meta does: again until it is taken. */
  const deliver = async (from: string, line: string, wamid: string): Promise<void> => {
    for (let status = 0; status !== 200;) {
      status = await tenant.whatsapp(from, line, { wamid });
      if (status !== 200 && status !== 503) throw new Error(`the webhook answered ${status}`);
    }
  };

  const stored = async (): Promise<Stored[]> => {
    const rows = await host.query<{ identityId: string } & Stored>(
      tenant.id,
      `SELECT i.id AS "identityId", i.address,
         array_agg(jsonb_build_array(m.id, m.text) ORDER BY m.seq) FILTER (WHERE m.direction = 'inbound') AS texts,
         array_agg(m.seq ORDER BY m.seq) AS seqs, (count(*) FILTER (WHERE m.direction = 'outbound'))::int AS replies
       FROM identity i JOIN thread t ON t.identity_id = i.id JOIN message m ON m.thread_id = t.id
       GROUP BY i.id, i.address, t.id`,
    );
    const cipher = host.app.get(FieldCipher);
    return host.as(tenant.id, () =>
      Promise.all(
        rows.map(async ({ identityId: rowId, address, texts, seqs, replies }) => ({
          address: await cipher.open(address, { table: 'identity', column: 'address', rowId }),
          texts: await Promise.all(
            (texts as unknown as [string, string][]).map(([id, text]) =>
              cipher.open(text, { table: 'message', column: 'text', rowId: id }),
            ),
          ),
          seqs,
          replies,
        })),
      ),
    );
  };

  it('are each stored in order, once, and answered once a burst; no status that races with a send is lost', async () => {
    // Each status is stored before the send is answered: whether it is handled before or after, it must not be lost.
    host.graph.sendStatusesTo({
      url: `${host.url}/webhooks/meta/whatsapp`,
      appSecret: APP_SECRET,
      wabaId: '1',
      beforeAnswer: true,
    });
    let messages = 0;
    let replies = 0;
    for (const { burst, writers } of BURSTS) {
      const lines = linesOf(burst);
      clock.standStill();
      await Promise.all(
        writers.map(async (from) => {
          for (const line of lines) {
            const wamid = `wamid.${from}.${line}`;
            // Each one twice, as Meta does when an answer is late.
            await Promise.all([1, 2].map(() => deliver(from, line, wamid)));
          }
        }),
      );
      messages += writers.length * lines.length;
      await eventually(
        'every message in its thread',
        async () => (await stored()).reduce((sum, { texts }) => sum + texts.length, 0) === messages,
        120_000,
      );
      expect(host.graph.messages).toHaveLength(replies);

      clock.goOn();
      clock.pass(QUIET_MS);
      replies += writers.length;
      await host.graph.waitForMessages(replies, { timeoutMs: 120_000 });
      await host.graph.webhooksSettled();
      await idle(host, tenant, 120_000);
    }

    const threads = await stored();
    expect(new Set(threads.map(({ address }) => address))).toEqual(new Set(customers));
    expect(threads).toHaveLength(THREADS);
    for (const { address, texts, seqs, replies: answers } of threads) {
      const said = burstsOf(address).map(linesOf);
      expect({ address, texts, answers }).toEqual({ address, texts: said.flat(), answers: said.length });
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    }
    const sent = new Map<string, string[]>();
    for (const { to, text } of host.graph.messages) sent.set(to, [...(sent.get(to) ?? []), text]);
    for (const from of customers) {
      const heard = burstsOf(from).map((burst) => `You said: ${linesOf(burst).join(', ')}`);
      expect({ from, sent: sent.get(from) }).toEqual({ from, sent: heard });
    }
    expect(host.openai.requests).toHaveLength(replies);
    expect([...host.graph.refusals, ...host.openai.refusals]).toEqual([]);

    expect(new Set(host.graph.webhookAnswers)).toEqual(new Set([200]));
    const rows = await host.query(
      tenant.id,
      `SELECT status, count(*)::int AS n FROM message WHERE direction = 'outbound' GROUP BY status`,
    );
    expect(rows).toEqual([{ status: 'read', n: THREADS + TALKATIVE }]);
    expect(await host.query(tenant.id, 'SELECT count(*)::int AS n FROM parked_status')).toEqual([{ n: 0 }]);
  });
});
