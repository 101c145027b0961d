import { createServer } from 'node:http';
import { answerCalls } from '../support/child.mjs';

// The same bytes, out of memory.

let bytes = Buffer.alloc(0);
const server = createServer((_request, response) =>
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length })
    .end(bytes),
);
server.keepAliveTimeout = 72_000;
const keep = (body) => void (bytes = Buffer.from(body));
server.listen(0, '127.0.0.1', () => answerCalls({ port: server.address().port }, { keep }, () => undefined));
