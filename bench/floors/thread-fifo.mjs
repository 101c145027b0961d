import pg from 'pg';
import { answerCalls } from '../support/child.mjs';

// Order kept with the least there is: shards, each drained by whoever has its row locked, a batch of messages a commit.

const SHARDS = 8;
const BATCH = 50;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: SHARDS });

/** Fills the inbox with `perThread` messages of each thread, all threads in turn. */
const fill = async (threads, perThread) => {
  await pool.query('DROP TABLE IF EXISTS floor_lane, floor_in, floor_out');
  await pool.query('CREATE TABLE floor_lane (shard int PRIMARY KEY)');
  await pool.query('INSERT INTO floor_lane SELECT generate_series(0, $1)', [SHARDS - 1]);
  await pool.query(`CREATE TABLE floor_in (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shard int NOT NULL,
    thread int NOT NULL, nth int NOT NULL, payload jsonb NOT NULL)`);
  await pool.query(
    'CREATE TABLE floor_out (id bigserial PRIMARY KEY, thread int NOT NULL, nth int NOT NULL, payload jsonb NOT NULL)',
  );
  await pool.query(
    `INSERT INTO floor_in (shard, thread, nth, payload) SELECT t % $3, t, n, jsonb_build_object('text', repeat('x', 600))
     FROM generate_series(1, $2) n, generate_series(1, $1) t ORDER BY n, t`,
    [threads, perThread, SHARDS],
  );
  await pool.query('CREATE INDEX ON floor_in (shard, id)');
};

const worker = async () => {
  const client = await pool.connect();
  for (let idle = 0; idle < 3;) {
    await client.query('BEGIN');
    const { rows } = await client.query(
      `SELECT shard FROM floor_lane l WHERE EXISTS (SELECT FROM floor_in i WHERE i.shard = l.shard)
       ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (rows.length === 0) idle += 1;
    else
      await client.query(
        `WITH taken AS (DELETE FROM floor_in WHERE id IN (SELECT id FROM floor_in WHERE shard = $1 ORDER BY id LIMIT $2) RETURNING *)
         INSERT INTO floor_out (thread, nth, payload) SELECT thread, nth, payload FROM taken ORDER BY id`,
        [rows[0].shard, BATCH],
      );
    await client.query('COMMIT');
  }
  client.release();
};

const drain = async () => {
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: SHARDS }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  const { rows } = await pool.query(
    `SELECT count(*)::int AS done, count(*) FILTER (WHERE nth <> place)::int AS violations
     FROM (SELECT nth, row_number() OVER (PARTITION BY thread ORDER BY id) AS place FROM floor_out) o`,
  );
  return { seconds, ...rows[0] };
};

answerCalls({}, { fill, drain }, () => pool.end());
