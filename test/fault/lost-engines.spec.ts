import { eventually } from '../support/eventually.js';
import { type Account, gate, Ledger, markingModel, report } from '../support/ledger.js';
import { Engines, faultSuite, Installation, lasting } from '../support/processes.js';

const THREADS = 60;
/** Messages of one thread. */
const EACH = 5;

const clean = ({ lost, answeredTwice, sentTwice }: Account) => ({ lost, answeredTwice, sentTwice });
const NOTHING_WRONG = { lost: [], answeredTwice: [], sentTwice: [] };

const reportOn = (title: string, ledger: Ledger, account: Account): void => {
  const answers = [...ledger.answers].map(([status, n]) => `${n} x ${status}`).join(', ');
  report(
    `${title}: ${account.accepted} accepted (${answers}), ${account.lost.length} lost, ` +
      `${account.answeredTwice.length} answered twice, ${account.sentTwice.length} sent twice`,
  );
};

faultSuite('Redis forgets everything', 'engines', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.start({ workers: 2 });
  }, 240_000);

  afterEach(() => {
    expect(installation.crashes()).toEqual([]);
  });

  afterAll(() => installation?.stop(), 120_000);

  it('again and again under load: every accepted message is answered exactly once', async () => {
    const ledger = new Ledger(installation);
    installation.openai.handler = markingModel(() => 50 + 450 * Math.random());
    let flushes = 0;
    let loaded = false;
    const flushing = async (): Promise<void> => {
      while (!loaded) {
        await lasting(300 + 300 * Math.random());
        await installation.redis.flushdb();
        flushes += 1;
      }
    };
    const load = ledger.load(THREADS, () => 500 + 1_000 * Math.random(), EACH);
    await Promise.all([flushing(), load.finally(() => (loaded = true))]);
    const account = await ledger.settle();
    reportOn(`Redis flushed ${flushes} times`, ledger, account);
    expect(account.accepted).toBe(THREADS * EACH);
    expect(clean(account)).toEqual(NOTHING_WRONG);
  }, 400_000);

  it('while a turn runs: the attempt that another has replaced does not call it done', async () => {
    const ledger = new Ledger(installation);
    const [first, never] = [gate(), gate()];
    const model = markingModel(() => 0);
    const held = [first.opened, never.opened];
    installation.openai.reset();
    installation.openai.handler = async (request) => {
      await held.shift();
      return model(request);
    };
    const calls = async (): Promise<number> =>
      (await installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM model_call'))[0]?.n ?? 0;
    const before = await calls();
    await ledger.deliver(0);
    await installation.openai.waitForRequests(1);
    // The sweeper queues the turn again, and a second attempt asks the model.
    await installation.redis.flushdb();
    await installation.openai.waitForRequests(2);
    first.open();
    await eventually('the first attempt has ended', async () => (await calls()) > before);
    // Then everything dies that knew of the second one.
    await Promise.all(installation.workers.splice(0).map((worker) => worker.kill()));
    await installation.redis.flushdb();
    await Promise.all([installation.startWorker(), installation.startWorker()]);

    const account = await ledger.settle();
    expect(account.accepted).toBe(1);
    expect(clean(account)).toEqual(NOTHING_WRONG);
    expect(ledger.sent).toHaveLength(1);
    never.open();
  }, 300_000);

  it('just when Bull takes a job: the note that it took one does not keep it from being queued again', async () => {
    const ledger = new Ledger(installation);
    installation.openai.handler = markingModel(() => 0);
    await Promise.all(installation.workers.splice(0).map((worker) => worker.kill()));
    await ledger.deliver(0);
    const [event] = await installation.sql<{ id: string }>(
      'SELECT id FROM outbox_event WHERE published_at IS NULL',
    );
    // What moveToActive of Bull 4.16 writes when the job that it was told to take is gone.
    const husk = installation.jobKey('inbound', `${event?.id}~channels.drain-inbound`);
    await installation.redis.hset(husk, 'processedOn', Date.now());
    await installation.startWorker();

    const account = await ledger.settle();
    expect(account.accepted).toBe(1);
    expect(clean(account)).toEqual(NOTHING_WRONG);
    // The job goes a moment after its handler has committed.
    await eventually('the job is gone', async () => (await installation.redis.exists(husk)) === 0);
  }, 300_000);
});

faultSuite('an engine is killed under load', 'tool', () => {
  let installation: Installation;

  beforeAll(async () => {
    await Engines.start();
    installation = await Installation.start({ workers: 2 });
    installation.openai.handler = markingModel(() => 50 + 250 * Math.random());
  }, 240_000);

  afterEach(async () => {
    await Engines.start();
    expect(installation.crashes()).toEqual([]);
  }, 240_000);

  afterAll(() => installation?.stop(), 120_000);

  const everybodyIsReady = () =>
    eventually(
      'every process is ready again',
      async () => {
        const statuses = await Promise.all(
          [installation.api, ...installation.workers].map((each) => each.status('/ready')),
        );
        return statuses.every((status) => status === 200);
      },
      120_000,
    );

  it('PostgreSQL: webhooks get 503 meanwhile, everything accepted is answered exactly once', async () => {
    const ledger = new Ledger(installation);
    const load = ledger.load(THREADS, () => 500 + 1_000 * Math.random(), EACH);
    for (let round = 0; round < 2; round += 1) {
      await lasting(1_500);
      await Engines.crash('postgres');
      await eventually('the API says that it is not ready', async () => {
        return (await installation.api.status('/ready')) === 503;
      });
      expect(await installation.api.status('/health')).toBe(503);
      expect(await installation.api.status('/live')).toBe(200);
      expect(await installation.whatsapp('4915299999999', 'Is anybody there?')).toBe(503);
      await lasting(1_000);
      await Engines.start();
      await everybodyIsReady();
    }
    await load;
    const account = await ledger.settle();
    reportOn('PostgreSQL killed twice', ledger, account);
    expect([...ledger.answers.keys()].sort()).toEqual([200, 503]);
    expect(account.accepted).toBe(THREADS * EACH);
    expect(clean(account)).toEqual(NOTHING_WRONG);
  }, 400_000);

  it('Valkey: webhooks are taken meanwhile, everything accepted is answered exactly once', async () => {
    const ledger = new Ledger(installation);
    const load = ledger.load(THREADS, () => 500 + 1_000 * Math.random(), EACH);
    for (let round = 0; round < 2; round += 1) {
      await lasting(1_500);
      await Engines.crash('valkey');
      await eventually('the API says that it is not ready', async () => {
        return (await installation.api.status('/ready')) === 503;
      });
      expect(await installation.api.status('/live')).toBe(200);
      await lasting(1_000);
      await Engines.start();
      await everybodyIsReady();
    }
    await load;
    const account = await ledger.settle();
    reportOn('Valkey killed twice', ledger, account);
    // Taking a message needs the database alone.
    expect([...ledger.answers.keys()]).toEqual([200]);
    expect(account.accepted).toBe(THREADS * EACH);
    expect(clean(account)).toEqual(NOTHING_WRONG);
  }, 400_000);
});
