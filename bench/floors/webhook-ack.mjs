import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { answerCalls } from '../support/child.mjs';
import { APP_SECRET } from '../support/app.mjs';

// The least that can be said to have acknowledged a webhook durably: node's own http, the signature over the raw bytes,
// and an inbox and an outbox row in one statement, shared by whatever waits while the one before is being committed.

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query(`CREATE TABLE IF NOT EXISTS floor_inbox (
  account text NOT NULL, external_id text NOT NULL, payload jsonb NOT NULL, PRIMARY KEY (account, external_id))`);
await client.query(
  'CREATE TABLE IF NOT EXISTS floor_outbox (id uuid PRIMARY KEY, external_id text NOT NULL, payload jsonb NOT NULL)',
);

const STORE = `WITH item AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(id uuid, account text, external_id text, payload jsonb)),
  stored AS (INSERT INTO floor_inbox SELECT account, external_id, payload FROM item ON CONFLICT DO NOTHING RETURNING external_id)
  INSERT INTO floor_outbox SELECT item.id, item.external_id, '{}' FROM item JOIN stored USING (external_id)`;

let waiting = [];
let writing = false;
const writeAll = async () => {
  writing = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    await client.query(STORE, [JSON.stringify(batch.map(({ row }) => row))]);
    for (const { response } of batch) response.writeHead(200, { 'content-length': '2' }).end('{}');
  }
  writing = false;
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const signature = Buffer.from(request.headers['x-hub-signature-256'].slice(7), 'hex');
    if (!timingSafeEqual(signature, createHmac('sha256', APP_SECRET).update(raw).digest()))
      return response.writeHead(401).end();
    const { metadata, messages } = JSON.parse(raw).entry[0].changes[0].value;
    const row = {
      id: randomUUID(),
      account: metadata.phone_number_id,
      external_id: messages[0].id,
      payload: messages[0],
    };
    waiting.push({ row, response });
    if (!writing) writeAll();
  });
});
// As Fastify has it.
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => answerCalls({ port: server.address().port }, {}, () => client.end()));
