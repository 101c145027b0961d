import { fork } from 'node:child_process';
import { join } from 'node:path';

const BENCH = join(import.meta.dirname, '..');

/** A process that answers calls: `ask('name', ...args)` runs the function of that name which it gave to `answerCalls`. */
export class Child {
  #next = 0;
  #open = new Map();

  /** Resolves when it has called `answerCalls`. `execArgv` of `FRONTDESK_BENCH_NODE` (say `--cpu-prof`) is passed on. */
  static async start(file, env = {}) {
    const execArgv = (process.env.FRONTDESK_BENCH_NODE ?? '').split(' ').filter(Boolean);
    const child = new Child(
      fork(join(BENCH, file), {
        env: { ...process.env, TZ: 'UTC', NODE_ENV: 'test', ...env },
        execArgv,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        serialization: 'advanced',
      }),
    );
    child.about = await child.#started;
    return child;
  }

  #started;

  constructor(process) {
    this.process = process;
    this.ended = new Promise((done) => process.once('exit', done));
    this.#started = new Promise((done, fail) => {
      process.once('exit', (code) => fail(new Error(`${process.spawnargs.at(-1)} ended with ${code}`)));
      process.on('message', (message) => {
        if (message.ready) return done(message.ready);
        const { resolve, reject } = this.#open.get(message.id);
        this.#open.delete(message.id);
        if ('error' in message) reject(new Error(message.error));
        else resolve(message.result);
      });
    });
  }

  ask(name, ...args) {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.process.send({ id, name, args });
    });
  }

  /** Gracefully, so that a profile is written. */
  async stop() {
    if (this.process.exitCode === null) this.process.send({ name: 'stop' });
    await this.ended;
  }
}

/** From now on: the returned function answers the microseconds of CPU that the child's process has used since. */
export const cpuMeter = async (child) => {
  const total = async () => {
    const { user, system } = await child.ask('cpu');
    return user + system;
  };
  const before = await total();
  return async () => (await total()) - before;
};

/** In the child: answers calls until it is told to stop. `about` is what the parent finds in `child.about`. */
export const answerCalls = (about, functions, stop) => {
  const cpu = () => process.cpuUsage();
  const all = { cpu, ...functions };
  process.on('message', async ({ id, name, args }) => {
    if (name === 'stop') {
      await stop();
      process.exit(0);
    }
    try {
      process.send({ id, result: await all[name](...args) });
    } catch (error) {
      process.send({ id, error: error.stack });
    }
  });
  process.once('disconnect', () => process.exit(0));
  process.send({ ready: about });
};
