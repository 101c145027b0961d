import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';

const CHUNK = 1_048_576;
/** Of a file, at once: twice the default is half the round trips, and some milliseconds in which nothing else is done. */
const PIECE = 131_072;

/** Opened when it is first read, closed when its reader ends: those that a parser never came to are not left open. */
export async function* opened(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Uint8Array>;
}

/** The file as it came, gzipped, in pieces of at most 1 MiB. @throws Error when it cannot be read to its end. */
export async function* packed(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let size = 0;
  // Not pipe(): it would wait for ever for a file that has gone.
  const zipped = pipeline(createReadStream(path, { highWaterMark: CHUNK }), createGzip(), () => undefined);
  for await (const piece of zipped) {
    rest.push(piece as Buffer);
    size += (piece as Buffer).length;
    if (size < CHUNK) continue;
    yield Buffer.concat(rest);
    [rest, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(rest);
}
