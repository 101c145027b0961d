import { type FakeReply, lastToolResults, reply } from '../support/fake-openai.js';
import { eventually } from '../support/eventually.js';
import { gate, Ledger, markingModel, report } from '../support/ledger.js';
import { faultSuite, Installation, lasting } from '../support/processes.js';

faultSuite('a worker is killed', 'engines', () => {
  let installation: Installation;
  let ledger: Ledger;

  beforeAll(async () => {
    installation = await Installation.start();
  }, 240_000);

  beforeEach(() => {
    installation.openai.reset();
    ledger = new Ledger(installation);
  });

  afterEach(() => {
    expect(installation.crashes()).toEqual([]);
  });

  afterAll(() => installation?.stop(), 120_000);

  it('while the model thinks: another answers, once', async () => {
    const { openai } = installation;
    const never = gate();
    let asked = 0;
    openai.handler = async (request): Promise<FakeReply> => {
      asked += 1;
      if (asked <= 20) await never.opened;
      return markingModel(() => 0)(request);
    };
    await Promise.all(Array.from({ length: 20 }, (_, thread) => ledger.deliver(thread)));
    await openai.waitForRequests(20);

    await installation.takeWorker().kill();
    await installation.startWorker();

    const { lost, answeredTwice, sentTwice, accepted } = await ledger.settle();
    expect({ accepted, lost, answeredTwice, sentTwice, sent: ledger.sent.length }).toEqual({
      accepted: 20,
      lost: [],
      answeredTwice: [],
      sentTwice: [],
      sent: 20,
    });
    never.open();
  }, 300_000);

  it.each(['between a tool and the reply', 'while a tool call is on its way back'] as const)(
    '%s: what the tools did is not done again, and the customer hears of it',
    async (when) => {
      const { openai } = installation;
      const never = gate();
      let hold = true;
      const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
      const [from, to] = [`${day(2)}T09:00`, `${day(5)}T18:00`];
      // A model that takes the first slot it is offered: asked from the start again it would take another one.
      openai.handler = async (request): Promise<FakeReply> => {
        const [result] = lastToolResults(request) as (Record<string, unknown> & {
          holdId?: string;
          code?: string;
        })[];
        if (!result) return reply.tool('list_services');
        const services = result.services as { id: string; name: string }[] | undefined;
        const serviceId = services?.find(({ name }) => name === 'Haircut')?.id;
        if (serviceId) return reply.tool('find_slots', { serviceId, from, to });
        const [slot] = (result.slots as { local: string; staffIds: string[] }[] | undefined) ?? [];
        const known = JSON.stringify(request.messages);
        if (slot) {
          const id = /\\"id\\":\\"([0-9a-f-]{36})\\",\\"name\\":\\"Haircut/.exec(known)?.[1] ?? '';
          return reply.tool('hold_slot', {
            serviceId: id,
            startsAt: slot.local,
            staffId: slot.staffIds[0] ?? '',
          });
        }
        if (result.holdId && when === 'while a tool call is on its way back' && hold) await never.opened;
        if (result.holdId) return reply.tool('confirm_booking', { holdId: result.holdId });
        if (result.code && hold) await never.opened;
        return reply.text(`Your booking is confirmed. Your booking code is ${result.code ?? ''}.`);
      };
      const [before] = await installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM tool_receipt');
      await ledger.deliver(0);
      await eventually('the effect is there, and the model asked once more', async () => {
        const [row] = await installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM tool_receipt');
        const effects = when === 'between a tool and the reply' ? 2 : 1;
        return row?.n === (before?.n ?? 0) + effects && openai.requests.length >= effects + 3;
      });

      await installation.takeWorker().kill();
      hold = false;
      await installation.startWorker();

      const message = await eventually('the customer hears of it', () => ledger.sent[0]);
      // The customer has it a moment before its id is on record.
      const bookings = await eventually('the send is on record', async () => {
        const rows = await installation.sql<{ status: string; code: string }>(
          `SELECT b.status, b.code FROM booking b JOIN thread t ON t.tenant_id = b.tenant_id AND t.id = b.thread_id
           JOIN message m ON m.tenant_id = t.tenant_id AND m.thread_id = t.id WHERE m.external_id = $1`,
          [message.id],
        );
        return rows.length > 0 && rows;
      });
      expect(bookings).toEqual([{ status: 'confirmed', code: expect.any(String) as string }]);
      expect(message.text).toContain(bookings[0]?.code);
      await ledger.idle();
      expect(ledger.sent).toHaveLength(1);
      never.open();
    },
    300_000,
  );
});

/**
 * The window in which a message can be sent twice: Meta's API has no idempotency key, and a process that dies between
 * Meta's taking a message and our recording the answer leaves nobody who knows. Only a delivery status can tell.
 */
faultSuite('a worker is killed between Meta’s taking a message and the record of it', 'engines', () => {
  /** Long enough for a status to be stored and handled on a machine that does other things as well. */
  const WAIT_MS = 6_000;
  let installation: Installation;
  let ledger: Ledger;

  beforeAll(async () => {
    installation = await Installation.start({
      workers: 0,
      env: { SEND_UNKNOWN_OUTCOME_WAIT_MS: String(WAIT_MS) },
    });
    installation.openai.handler = markingModel(() => 0);
  }, 240_000);

  beforeEach(async () => {
    ledger = new Ledger(installation);
    installation.graph.holdNext(1);
    await installation.startWorker();
    await ledger.deliver(0);
    await eventually('Meta has taken the answer', () => ledger.sent[0]);
    await installation.takeWorker().kill();
  }, 240_000);

  afterEach(() => installation.takeWorker().kill());

  afterAll(() => installation?.stop(), 120_000);

  const outbound = () =>
    installation.sql<{ status: string; external_id: string | null; send_doubted_at: Date | null }>(
      `SELECT status, external_id, send_doubted_at FROM message WHERE direction = 'outbound' ORDER BY id DESC LIMIT 1`,
    );

  const doubted = async () => (await outbound())[0]?.send_doubted_at ?? undefined;

  it('is not sent again when a delivery status proves it', async () => {
    const [first] = ledger.sent;
    expect(await installation.deliveryStatus(first!, 'sent')).toBe(200);
    expect(await installation.deliveryStatus(first!, 'delivered')).toBe(200);
    await installation.startWorker();

    await eventually('the message is known to have arrived', async () => {
      const [row] = await outbound();
      return row?.status === 'delivered' && row.external_id === first?.id;
    });
    await ledger.idle();
    expect(ledger.sent).toHaveLength(1);
  }, 240_000);

  it('nor when the proof can come in only after an outage longer than the wait', async () => {
    const [first] = ledger.sent;
    await lasting(WAIT_MS + 500);
    await installation.startWorker();
    await eventually('somebody has looked at it', doubted);
    expect(await installation.deliveryStatus(first!, 'sent')).toBe(200);
    await ledger.idle();
    expect(ledger.sent).toHaveLength(1);
  }, 240_000);

  it('is sent again when nothing proves it, after the wait and not before', async () => {
    await installation.startWorker();
    const doubtedAt = await eventually('somebody has looked at it', doubted);

    const second = await eventually('it is sent again', () => ledger.sent[1]);
    expect(second.at - doubtedAt.getTime()).toBeGreaterThanOrEqual(WAIT_MS);
    await eventually('the second is recorded', async () => {
      const [row] = await outbound();
      return row?.status === 'sent' && row.external_id === second.id;
    });
    await ledger.idle();
    expect(ledger.sent).toHaveLength(2);
  }, 240_000);
});

/** What Kubernetes gives a process from SIGTERM to SIGKILL. On an idle machine they take about one second. */
const GRACE_MS = 30_000;

faultSuite('workers come and go', 'engines', () => {
  it('SIGTERM under load, two workers and one API: each ends in seconds, nothing is lost, nothing said twice', async () => {
    const installation = await Installation.start({ workers: 2 });
    try {
      const ledger = new Ledger(installation);
      installation.openai.handler = markingModel(() => 50 + 250 * Math.random());
      const load = ledger.load(40, () => 500 + 500 * Math.random(), 5);
      const ends: { code: number | null; tookMs: number }[] = [];
      for (let round = 0; round < 3; round += 1) {
        await lasting(700);
        const leaving = installation.takeWorker();
        const [end] = await Promise.all([leaving.terminate(), installation.startWorker()]);
        ends.push(end);
      }
      await load;
      const { accepted, lost, answeredTwice, sentTwice } = await ledger.settle();
      report(
        `SIGTERM: ${accepted} messages, 3 workers ended in ${ends.map(({ tookMs }) => `${Math.round(tookMs)} ms`).join(', ')}`,
      );
      expect({ accepted, lost, answeredTwice, sentTwice }).toEqual({
        accepted: 200,
        lost: [],
        answeredTwice: [],
        sentTwice: [],
      });
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(Math.max(...ends.map(({ tookMs }) => tookMs))).toBeLessThan(GRACE_MS);
      expect(installation.crashes()).toEqual([]);
    } finally {
      await installation.stop();
    }
  }, 400_000);
});
