import { createHmac } from 'node:crypto';
import { Agent, createServer, request as httpRequest } from 'node:http';
import Bull from 'bull';
import pg from 'pg';
import { APP_SECRET } from '../support/app.mjs';
import { answerCalls } from '../support/child.mjs';

// The same chain with nothing in it: signature, one durable insert, a job, the model, the Graph API.

const { DATABASE_URL, REDIS_URL, REDIS_PREFIX, MODEL_URL, GRAPH_URL } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
await pool.query('CREATE TABLE IF NOT EXISTS floor_message (id text PRIMARY KEY, payload jsonb NOT NULL)');
const queue = new Bull('floor', REDIS_URL, { prefix: `${REDIS_PREFIX}:floor` });
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

const post = (url, body) =>
  new Promise((resolve, reject) => {
    const call = httpRequest(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks))));
      },
    );
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });

queue.process(32, async ({ data }) => {
  const { choices } = await post(MODEL_URL, {
    model: 'floor',
    messages: [{ role: 'user', content: data.text }],
  });
  await post(GRAPH_URL, { to: data.from, text: { body: choices[0].message.content } });
});

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const raw = Buffer.concat(chunks);
    const expected = `sha256=${createHmac('sha256', APP_SECRET).update(raw).digest('hex')}`;
    if (request.headers['x-hub-signature-256'] !== expected) return response.writeHead(401).end();
    const { from, id, text } = JSON.parse(raw).entry[0].changes[0].value.messages[0];
    await pool.query('INSERT INTO floor_message VALUES ($1, $2)', [id, { from, text }]);
    await queue.add({ from, text: text.body }, { jobId: id, removeOnComplete: true });
    response.writeHead(200, { 'content-length': '2' }).end('{}');
  });
});
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () =>
  answerCalls({ port: server.address().port }, {}, async () => {
    await queue.close();
    await pool.end();
  }),
);
