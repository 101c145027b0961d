import { connect } from 'node:net';
import { randomOf } from './stats.mjs';

const HEADER_END = Buffer.from('\r\n\r\n');

/** One keep-alive HTTP/1.1 connection, one request at a time: as little client as there can be on the shared cores. */
class Connection {
  #socket;
  #head = Buffer.alloc(0);
  #left = -1;
  #status = 0;
  #body = [];
  #done = null;

  static open(port) {
    const connection = new Connection();
    return new Promise((resolve, reject) => {
      connection.#socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(connection));
      connection.#socket.once('error', reject);
      connection.#socket.on('data', (chunk) => connection.#read(chunk));
      connection.#socket.once('close', () => connection.#finish(0));
    });
  }

  /** `done(status, body)`; a status of 0 is a connection lost. */
  send(bytes, done) {
    this.#done = done;
    this.#socket.write(bytes);
  }

  close() {
    this.#done = null;
    this.#socket.destroy();
  }

  #read(chunk) {
    if (this.#left < 0) {
      this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
      const end = this.#head.indexOf(HEADER_END);
      if (end < 0) return;
      const header = this.#head.toString('latin1', 0, end);
      const length = /content-length: *(\d+)/i.exec(header)?.[1];
      // A server that closes an idle connection says 408 on the way out; a request in flight then counts as lost.
      if (length === undefined) return this.#socket.destroy();
      this.#status = Number(header.slice(9, 12));
      this.#left = Number(length);
      chunk = this.#head.subarray(end + 4);
      this.#head = Buffer.alloc(0);
    }
    this.#left -= chunk.length;
    this.#body.push(chunk);
    if (this.#left <= 0) this.#finish(this.#status);
  }

  #finish(status) {
    const [done, body] = [this.#done, this.#body];
    this.#left = -1;
    this.#body = [];
    this.#done = null;
    done?.(status, body);
  }
}

const bodyOf = (chunks) => Buffer.concat(chunks);
const openAll = (port, count) => Promise.all(Array.from({ length: count }, () => Connection.open(port)));

/** The bytes of a request, made before the clock runs. */
export const requestBytes = (method, path, headers, body) => {
  const payload = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(payload.length > 0 ? [`content-length: ${payload.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), payload]);
};

/** Sends all of `requests`, `connections` at a time, each as soon as one has been answered: for throughput. */
export const closedLoop = async ({ port, connections, requests, onAnswer = () => undefined }) => {
  const pool = await openAll(port, connections);
  const latencies = new Float64Array(requests.length);
  const statuses = new Map();
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    pool.map(
      (connection) =>
        new Promise((resolve) => {
          const again = () => {
            const index = next;
            next += 1;
            if (index >= requests.length) return resolve();
            const sentAt = performance.now();
            connection.send(requests[index], (status, body) => {
              latencies[index] = performance.now() - sentAt;
              statuses.set(status, (statuses.get(status) ?? 0) + 1);
              onAnswer(index, status, () => bodyOf(body));
              if (status === 0) return resolve();
              again();
            });
          };
          again();
        }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const connection of pool) connection.close();
  return { seconds, perSecond: requests.length / seconds, latencies, statuses };
};

/**
 * Sends each of `requests` at its own time, whatever has or has not been answered: Poisson arrivals of `rate` a second.
 * A latency runs from the time at which the request was due, so that waiting behind a slow one counts; `onStart` is told
 * those times, of `performance.now()`.
 */
export const openLoop = async ({
  port,
  rate,
  requests,
  connections = 64,
  seed = 1,
  onStart = () => undefined,
  onAnswer = () => undefined,
}) => {
  const random = randomOf(seed);
  const due = new Float64Array(requests.length);
  for (let i = 0, at = 0; i < due.length; i += 1) due[i] = at += (-Math.log(1 - random()) * 1000) / rate;
  const free = await openAll(port, connections);
  const latencies = new Float64Array(requests.length);
  const statuses = new Map();
  const waiting = [];
  let answered = 0;
  let next = 0;
  await new Promise((resolve) => {
    const startedAt = performance.now();
    onStart(due.map((at) => startedAt + at));
    const send = (connection, index) =>
      connection.send(requests[index], (status, body) => {
        latencies[index] = performance.now() - startedAt - due[index];
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        onAnswer(index, status, () => bodyOf(body));
        answered += 1;
        if (answered === requests.length) return resolve();
        const waiter = waiting.shift();
        if (waiter === undefined) free.push(connection);
        else send(connection, waiter);
      });
    const tick = () => {
      const now = performance.now() - startedAt;
      for (; next < due.length && due[next] <= now; next += 1) {
        // In turn, so that none is idle for so long that the server closes it.
        const connection = free.shift();
        if (connection) send(connection, next);
        else waiting.push(next);
      }
      if (next < due.length) setTimeout(tick, Math.max(0, Math.min(due[next] - now, 1)));
    };
    tick();
  });
  for (const connection of free) connection.close();
  return { latencies, statuses };
};
