import { APP_SECRET } from '../support/app.js';
import { Ledger, markingModel, report, seeded } from '../support/ledger.js';
import { Engines, faultSuite, Installation, lasting } from '../support/processes.js';

const THREADS = 24;
const FAULTS = Number(process.env.FAULTS ?? '30');
/** FAULT_SEED=<n> runs the same faults again; how they meet the load is the machine's. */
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);

faultSuite(`a soak of ${FAULTS} faults`, 'tool', () => {
  let installation: Installation;

  beforeAll(async () => {
    await Engines.start();
    installation = await Installation.start({
      workers: 2,
      // Status webhooks must have time to come through, faults and all: they prove what was sent before a kill.
      env: { SEND_UNKNOWN_OUTCOME_WAIT_MS: '8000' },
    });
  }, 240_000);

  afterAll(async () => {
    await Engines.start();
    await installation?.stop();
  }, 240_000);

  it(`of every kind, in the order of seed ${SEED}: nothing lost, nothing said twice but in the window that is known`, async () => {
    const random = seeded(SEED);
    const between = (least: number, most: number): number => least + (most - least) * random();
    const { graph, openai, redis } = installation;
    const ledger = new Ledger(installation);
    openai.handler = markingModel(() => 20 + 380 * Math.random());
    graph.sendStatusesTo({
      url: () => installation.webhookUrl,
      appSecret: APP_SECRET,
      wabaId: '419561257915477',
      statuses: ['sent', 'delivered'],
      persistent: true,
    });

    const replacing: Promise<unknown>[] = [];
    const replaced = async (): Promise<void> => {
      await Promise.all(replacing.splice(0));
    };
    /** The next to go is a worker that is there; who takes its place may still be starting when the next fault comes. */
    const worker = async () => {
      if (installation.workers.length < 2) await replaced();
      return installation.takeWorker(Math.floor(random() * installation.workers.length));
    };
    const outage = async (engine: 'postgres' | 'valkey'): Promise<void> => {
      // Nothing can start without its engines: an orchestrator would try again, and so only wait.
      await replaced();
      await Engines.crash(engine);
      await lasting(between(200, 1_500));
      await Engines.start();
    };
    const faults: Record<string, () => Promise<unknown>> = {
      'kill -9 of a worker': async () => {
        await (await worker()).kill();
        replacing.push(installation.startWorker());
      },
      'kill -9 of the API': async () => {
        if (!installation.api.alive) await replaced();
        await installation.api.kill();
        replacing.push(installation.startApi());
      },
      'SIGTERM of a worker': async () => {
        const leaving = await worker();
        replacing.push(leaving.terminate(), installation.startWorker());
      },
      'a worker frozen': async () => {
        const [frozen] = installation.workers;
        await frozen?.frozenWhile(() => lasting(between(500, 3_500)));
      },
      'Redis flushed': () => redis.flushdb(),
      'Redis flushed twice, a moment apart': async () => {
        await redis.flushdb();
        await lasting(between(20, 400));
        await redis.flushdb();
      },
      'PostgreSQL killed': () => outage('postgres'),
      'Valkey killed': () => outage('valkey'),
    };
    const names = Object.keys(faults);
    const done: string[] = [];

    const startedAt = performance.now();
    const load = ledger.load(THREADS, () => 1_000 + 2_000 * Math.random());
    try {
      for (let n = 0; n < FAULTS; n += 1) {
        await lasting(between(100, 900));
        const name = names[Math.floor(random() * names.length)] ?? '';
        done.push(name);
        await faults[name]?.();
      }
      await replaced();
    } finally {
      ledger.stop();
      await load;
    }
    const soaked = performance.now() - startedAt;
    await ledger.settle(120_000);
    await graph.webhooksSettled();
    const account = await ledger.settle();
    const counts = names.map((name) => `${done.filter((each) => each === name).length} x ${name}`).join(', ');
    report(
      `Soak, seed ${SEED}: ${done.length} faults in ${Math.round(soaked / 1000)} s (${counts}); ` +
        `${account.accepted} messages accepted, ${account.repeatedPosts} posts repeated, ${graph.messages.length} sent; ` +
        `${account.lost.length} lost, ${account.answeredTwice.length} answered twice, ${account.sentTwice.length} sent twice; ` +
        `settled after ${Math.round((performance.now() - startedAt - soaked) / 1000)} s`,
    );
    const repetitions = await ledger.repetitions();
    for (const { story } of repetitions) report(story);
    const { lost, answeredTwice, sentTwice } = account;
    expect({ lost, answeredTwice, avoidable: repetitions.filter(({ avoidable }) => avoidable) }).toEqual({
      lost: [],
      answeredTwice: [],
      avoidable: [],
    });
    expect(await installation.sql('SELECT handler, error FROM dead_letter')).toEqual([]);
    // Nor was a status lost, whether it came before the answer to its send, after it, or to a process that died.
    expect(
      await installation.sql(
        `SELECT status, count(*)::int AS n FROM message WHERE direction = 'outbound' GROUP BY status`,
      ),
    ).toEqual([{ status: 'delivered', n: graph.messages.length - sentTwice.length }]);
    expect(installation.crashes()).toEqual([]);
    expect(graph.refusals).toEqual([]);
  }, 900_000);
});
