import { type FakeReply, lastToolResults, lastUserText, reply } from '../support/fake-openai.js';
import { eventually } from '../support/eventually.js';
import { Ledger, markingModel } from '../support/ledger.js';
import { faultSuite, Installation, lasting } from '../support/processes.js';

const CUSTOMER = '4915200000001';

/** Resolves when it is opened; whoever waits in it is held. */
const gate = (): { readonly opened: Promise<void>; open: () => void } => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

faultSuite('a worker is killed', 'engines', () => {
  let installation: Installation;
  let ledger: Ledger;

  beforeEach(async () => {
    installation = await Installation.start();
    ledger = new Ledger(installation);
  }, 90_000);

  afterEach(async () => {
    const crashes = installation.crashes();
    await installation.stop();
    expect(crashes).toEqual([]);
  }, 30_000);

  it('while the model thinks: another answers, once', async () => {
    const { graph, openai } = installation;
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
    expect({ accepted, lost, answeredTwice, sentTwice, sent: graph.messages.length }).toEqual({
      accepted: 20,
      lost: [],
      answeredTwice: [],
      sentTwice: [],
      sent: 20,
    });
    never.open();
  }, 90_000);

  it.each(['between a tool and the reply', 'while a tool call is on its way back'] as const)(
    '%s: what the tools did is not done again, and the customer hears of it',
    async (when) => {
      const { graph, openai } = installation;
      const never = gate();
      let hold = true;
      const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
      const [from, to] = [`${day(2)}T09:00`, `${day(5)}T18:00`];
      // A model that takes the first slot it is offered: asked from the start again it would take another one.
      openai.handler = async (request): Promise<FakeReply> => {
        const [result] = lastToolResults(request) as Record<string, unknown>[];
        if (!result) return reply.tool('list_services');
        const services = result.services as { id: string; name: string }[] | undefined;
        const serviceId = services?.find(({ name }) => name === 'Haircut')?.id;
        if (serviceId) return reply.tool('find_slots', { serviceId, from, to });
        const [slot] = (result.slots as { local: string; staffIds: string[] }[] | undefined) ?? [];
        const known = JSON.stringify(request.messages);
        if (slot) {
          const id = /\\"id\\":\\"([0-9a-f-]{36})\\",\\"name\\":\\"Haircut/.exec(known)?.[1] ?? '';
          return reply.tool('hold_slot', { serviceId: id, startsAt: slot.local, staffId: slot.staffIds[0] ?? '' });
        }
        if (result.holdId && when === 'while a tool call is on its way back' && hold) await never.opened;
        if (result.holdId) return reply.tool('confirm_booking', { holdId: String(result.holdId) });
        if (result.code && hold) await never.opened;
        return reply.text(`Your booking is confirmed. Your booking code is ${String(result.code)}.`);
      };
      expect(await installation.whatsapp(CUSTOMER, 'A haircut the day after tomorrow, please')).toBe(200);
      await eventually('the effect is there, and the model asked once more', async () => {
        const receipts = await installation.sql(`SELECT 1 FROM tool_receipt WHERE result IS NOT NULL`);
        const wanted = when === 'between a tool and the reply' ? 2 : 1;
        return receipts.length === wanted && openai.requests.length === wanted + 3;
      });

      await installation.takeWorker().kill();
      hold = false;
      await installation.startWorker();

      const [message] = await graph.waitForMessages(1, { timeoutMs: 30_000 });
      const bookings = await installation.sql<{ status: string; code: string }>(
        `SELECT status, code FROM booking`,
      );
      expect(bookings).toEqual([{ status: 'confirmed', code: expect.any(String) as string }]);
      expect(message?.text).toContain(bookings[0]?.code);
      expect(lastUserText(openai.requests.at(-1) ?? openai.requests[0]!)).toContain('haircut');
      expect(graph.messages).toHaveLength(1);
      never.open();
    },
    90_000,
  );
});

/**
 * The window in which a message can be sent twice: Meta's API has no idempotency key, and a process that dies between
 * Meta's taking a message and our recording the answer leaves nobody who knows. Only a delivery status can tell.
 */
faultSuite('a worker is killed between Meta’s taking a message and the record of it', 'engines', () => {
  const WAIT_MS = 4_000;
  let installation: Installation;

  beforeEach(async () => {
    installation = await Installation.start({ env: { SEND_UNKNOWN_OUTCOME_WAIT_MS: String(WAIT_MS) } });
    installation.openai.handler = markingModel(() => 0);
    installation.graph.holdNext(1);
    expect(await installation.whatsapp(CUSTOMER, 'Hello [m:1.1]')).toBe(200);
    await installation.graph.waitForMessages(1, { timeoutMs: 20_000 });
    await installation.takeWorker().kill();
  }, 90_000);

  afterEach(async () => {
    await installation.stop();
  }, 30_000);

  const outbound = () =>
    installation.sql<{ status: string; external_id: string | null; send_started_at: Date }>(
      `SELECT status, external_id, send_started_at FROM message WHERE direction = 'outbound'`,
    );

  it('is not sent again when a delivery status proves it', async () => {
    const { graph } = installation;
    const [first] = graph.messages;
    expect(await installation.deliveryStatus(first!, 'sent')).toBe(200);
    expect(await installation.deliveryStatus(first!, 'delivered')).toBe(200);
    await installation.startWorker();

    await eventually('the message is known to have arrived', async () => {
      const [row] = await outbound();
      return row?.status === 'delivered' && row.external_id === first?.id;
    });
    await eventually('nothing is left to do', async () => {
      const open = await installation.sql(`SELECT 1 FROM outbox_event WHERE settled_at IS NULL`);
      return open.length === 0;
    });
    expect(graph.messages).toHaveLength(1);
  }, 60_000);

  it('is sent again when nothing proves it, after the wait and not before', async () => {
    const { graph } = installation;
    const [before] = await outbound();
    await installation.startWorker();

    const [, second] = await graph.waitForMessages(2, { timeoutMs: 30_000 });
    expect((second?.at ?? 0) - (before?.send_started_at.getTime() ?? 0)).toBeGreaterThanOrEqual(WAIT_MS);
    await eventually('the second is recorded', async () => {
      const [row] = await outbound();
      return row?.status === 'sent' && row.external_id === second?.id;
    });
    expect(graph.messages).toHaveLength(2);
  }, 60_000);
});

faultSuite('workers come and go', 'engines', () => {
  it('SIGTERM under load, two workers and one API: each ends in seconds, nothing is lost, nothing said twice', async () => {
    const installation = await Installation.start({ workers: 2 });
    try {
      const ledger = new Ledger(installation);
      installation.openai.handler = markingModel(() => 50 + 250 * Math.random());
      const load = ledger.load(40, () => 500 + 500 * Math.random(), 8);
      const ends: { code: number | null; tookMs: number }[] = [];
      for (let round = 0; round < 3; round += 1) {
        await lasting(700);
        const leaving = installation.takeWorker();
        const [end] = await Promise.all([leaving.terminate(), installation.startWorker()]);
        ends.push(end);
      }
      await load;
      const { accepted, lost, answeredTwice, sentTwice } = await ledger.settle();
      console.log(`SIGTERM: ${accepted} messages, 3 workers ended in ${ends.map(({ tookMs }) => `${Math.round(tookMs)} ms`).join(', ')}`);
      expect({ accepted, lost, answeredTwice, sentTwice }).toEqual({
        accepted: 320,
        lost: [],
        answeredTwice: [],
        sentTwice: [],
      });
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(Math.max(...ends.map(({ tookMs }) => tookMs))).toBeLessThan(5_000);
      expect(installation.crashes()).toEqual([]);
    } finally {
      await installation.stop();
    }
  }, 120_000);
});
