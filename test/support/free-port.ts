import { createServer } from 'node:net';

/** Below the ports that systems give to connections and to servers that do not care: nobody gets one of these unasked. */
const [FIRST, COUNT] = [20_000, 10_000];

let next = Math.floor(Math.random() * COUNT);

/**
 * A port that nobody listens at, for a process that takes a while to start: never the same one twice in a run, so that two that start
 * at the same time do not meet at one.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + (next++ % COUNT);
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error('no port is free');
};
