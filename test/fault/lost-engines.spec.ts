import { eventually } from '../support/eventually.js';
import { type Account, Ledger, markingModel } from '../support/ledger.js';
import { Engines, faultSuite, Installation, lasting } from '../support/processes.js';

const THREADS = 60;

const clean = ({ lost, answeredTwice, sentTwice }: Account) => ({ lost, answeredTwice, sentTwice });
const NOTHING_WRONG = { lost: [], answeredTwice: [], sentTwice: [] };

const report = (title: string, ledger: Ledger, account: Account): void => {
  const answers = [...ledger.answers].map(([status, n]) => `${n} x ${status}`).join(', ');
  console.log(
    `${title}: ${account.accepted} accepted (${answers}), ${account.lost.length} lost, ` +
      `${account.answeredTwice.length} answered twice, ${account.sentTwice.length} sent twice`,
  );
};

faultSuite('Redis forgets everything', 'engines', () => {
  it('again and again under load: every accepted message is answered exactly once', async () => {
    const installation = await Installation.start({ workers: 2 });
    try {
      const ledger = new Ledger(installation);
      installation.openai.handler = markingModel(() => 50 + 450 * Math.random());
      const load = ledger.load(THREADS, () => 500 + 1_000 * Math.random(), 6);
      let flushes = 0;
      let loaded = false;
      const flushing = (async () => {
        while (!loaded) {
          await lasting(300 + 300 * Math.random());
          await installation.flushRedis();
          flushes += 1;
        }
      })();
      await load.finally(() => (loaded = true));
      await flushing;
      const account = await ledger.settle();
      report(`Redis flushed ${flushes} times`, ledger, account);
      expect(account.accepted).toBe(THREADS * 6);
      expect(clean(account)).toEqual(NOTHING_WRONG);
      expect(installation.crashes()).toEqual([]);
    } finally {
      await installation.stop();
    }
  }, 180_000);
});

faultSuite('an engine is killed under load', 'tool', () => {
  let installation: Installation;

  beforeEach(async () => {
    await Engines.start();
    installation = await Installation.start({ workers: 2 });
    installation.openai.handler = markingModel(() => 50 + 250 * Math.random());
  }, 90_000);

  afterEach(async () => {
    await Engines.start();
    await installation.stop();
  }, 60_000);

  const everybodyIsReady = () =>
    eventually(
      'every process is ready again',
      async () => {
        const statuses = await Promise.all(
          [installation.api, ...installation.workers].map((each) => each.status('/ready')),
        );
        return statuses.every((status) => status === 200);
      },
      30_000,
    );

  it('PostgreSQL: webhooks get 503 meanwhile, everything accepted is answered exactly once', async () => {
    const ledger = new Ledger(installation);
    const load = ledger.load(THREADS, () => 500 + 1_000 * Math.random(), 6);
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
    report('PostgreSQL killed twice', ledger, account);
    expect([...ledger.answers.keys()].sort()).toEqual([200, 503]);
    expect(account.accepted).toBe(THREADS * 6);
    expect(clean(account)).toEqual(NOTHING_WRONG);
    expect(installation.crashes()).toEqual([]);
  }, 180_000);

  it('Valkey: webhooks are taken meanwhile, everything accepted is answered exactly once', async () => {
    const ledger = new Ledger(installation);
    const load = ledger.load(THREADS, () => 500 + 1_000 * Math.random(), 6);
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
    report('Valkey killed twice', ledger, account);
    // Taking a message needs the database alone.
    expect([...ledger.answers.keys()]).toEqual([200]);
    expect(account.accepted).toBe(THREADS * 6);
    expect(clean(account)).toEqual(NOTHING_WRONG);
    expect(installation.crashes()).toEqual([]);
  }, 180_000);
});
