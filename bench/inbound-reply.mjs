import { newOwner, prefixOf, startApp } from './support/app.mjs';
import { Child, cpuMeter } from './support/child.mjs';
import { createDatabase } from './support/engines.mjs';
import { closedLoop, openLoop } from './support/load.mjs';
import { startGraph, startModel } from './support/providers.mjs';
import { floorAppFloor, oracle, summary } from './support/stats.mjs';
import { customer, PHONE_NUMBER_ID, webhook } from './support/webhooks.mjs';

const RATE = 50;
const PATIENCE_MS = 60_000;

/** Sends webhooks of as many customers, and waits until each has had its reply: exactly one, about its own message. */
class Exchange {
  #number = 0;
  #open = new Map();
  #last = performance.now();
  #fault = null;

  /** Of the reply to `to`; called by the Graph API as it comes in. */
  onReply = (to, text) => {
    this.#last = performance.now();
    const asked = this.#open.get(to);
    if (!asked) this.#fault ??= `a reply to ${to}, who asked nothing or has been answered`;
    else if (!text.includes(`${asked.mark}.`)) this.#fault ??= `"${text}" is no answer to ${asked.mark}`;
    if (!asked) return;
    this.#open.delete(to);
    asked.answered(performance.now());
  };

  /** Requests, and a promise of the times at which each was answered. */
  prepare(count) {
    const messages = Array.from({ length: count }, () => {
      this.#number += 1;
      const [from, mark] = [customer(this.#number), `<${this.#number}>`];
      const reply = new Promise((answered) => this.#open.set(from, { mark, answered }));
      const text = `Hello, what about ${mark}?`;
      return { reply, request: webhook({ from, wamid: `wamid.reply${this.#number}`, text }) };
    });
    return {
      requests: messages.map(({ request }) => request),
      answered: this.#patiently(Promise.all(messages.map(({ reply }) => reply))),
    };
  }

  /** Throws what the replies were wrong about. */
  async settle() {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    oracle(this.#fault === null, this.#fault);
  }

  async #patiently(work) {
    let timer;
    const lost = new Promise((_, fail) => {
      timer = setInterval(() => {
        const silent = performance.now() - this.#last > PATIENCE_MS;
        const fault = this.#fault ?? (silent ? `${this.#open.size} messages are without a reply` : null);
        if (fault) fail(new Error(`the oracle says no: ${fault}`));
      }, 500);
    });
    this.#last = performance.now();
    return Promise.race([work, lost]).finally(() => clearInterval(timer));
  }
}

/** Long enough for a second reply to come in, if there is one. */
const SETTLE_MS = 1_000;

const accepted = (statuses) => {
  for (const [status, times] of statuses) oracle(status === 200, `${times} answers of ${status}`);
};

export const inboundReply = async ({ engines, quick }) => {
  const exchange = new Exchange();
  const [model, graph] = [await startModel(), await startGraph(exchange.onReply)];
  const database = await createDatabase(engines.databaseUrl);
  const app = await startApp({
    database,
    engines,
    env: {
      ROLE: 'all',
      TURN_QUIET_MS: '0',
      META_GRAPH_URL: graph.url,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'bench',
    },
  });
  const floor = await Child.start('floors/inbound-reply.mjs', {
    DATABASE_URL: database.url,
    REDIS_URL: engines.redisUrl,
    REDIS_PREFIX: prefixOf(database),
    MODEL_URL: model.url,
    GRAPH_URL: graph.url,
  });
  try {
    await app.ask('createTenant', { owner: newOwner(), phoneNumberId: PHONE_NUMBER_ID });
    const paced = async (target, count) => {
      const { requests, answered } = exchange.prepare(count);
      let due;
      const { statuses } = await openLoop({
        port: target.about.port,
        rate: RATE,
        requests,
        onStart: (times) => (due = times),
      });
      accepted(statuses);
      return summary((await answered).map((at, index) => at - due[index]));
    };
    const saturated = async (target, count) => {
      const { requests, answered } = exchange.prepare(count);
      const cpu = await cpuMeter(target);
      const startedAt = performance.now();
      const { statuses } = await closedLoop({ port: target.about.port, connections: 32, requests });
      accepted(statuses);
      await answered;
      const seconds = (performance.now() - startedAt) / 1000;
      return { perSecond: count / seconds, perCore: (count * 1e6) / (await cpu()) };
    };
    const count = RATE * (quick ? 3 : 20);
    await paced(app, 100);
    await paced(floor, 100);
    const latency = await floorAppFloor({
      quick,
      key: 'p50',
      floor: () => paced(floor, count),
      app: () => paced(app, count),
    });
    const many = quick ? 300 : 3_000;
    const peak = await floorAppFloor({
      quick,
      key: 'perCore',
      floor: () => saturated(floor, many),
      app: () => saturated(app, many),
    });
    await exchange.settle();
    const ms = (value) => `${value.toFixed(1)} ms`;
    return [
      {
        what: `Inbound to reply at ${RATE}/s, open loop, p50`,
        app: ms(latency.app.p50),
        floor: ms(latency.floor),
        ratio: latency.app.p50 / latency.floor,
        goal: '< 30 ms',
        met: latency.app.p50 < 30,
        measured: latency,
        voided: latency.voided,
      },
      {
        what: '  p99',
        app: ms(latency.app.p99),
        floor: ms((latency.floors[0].p99 + latency.floors[1].p99) / 2),
        measured: latency,
        voided: latency.voided,
      },
      {
        what: '  saturated, messages a second',
        app: `${Math.round(peak.app.perSecond)}/s`,
        floor: `${Math.round((peak.floors[0].perSecond + peak.floors[1].perSecond) / 2)}/s`,
        measured: peak,
        voided: peak.voided,
      },
      {
        what: '  saturated, messages per second of application CPU',
        app: `${Math.round(peak.app.perCore)}`,
        floor: `${Math.round(peak.floor)}`,
        ratio: peak.app.perCore / peak.floor,
        measured: peak,
        voided: peak.voided,
      },
    ];
  } finally {
    await Promise.all([app.stop(), floor.stop()]);
    model.close();
    graph.close();
    await database.drop();
  }
};
