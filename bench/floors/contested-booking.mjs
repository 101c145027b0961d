import pg from 'pg';
import { answerCalls } from '../support/child.mjs';

// The rival: a plain INSERT through the pool, whose exclusion violation comes up as an error, which makes the pool throw
// the connection away. And the same with ON CONFLICT DO NOTHING: what the database itself can do.

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query('CREATE EXTENSION IF NOT EXISTS btree_gist');
await pool.query(`CREATE TABLE IF NOT EXISTS floor_booking (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), staff_id int NOT NULL,
  busy tstzrange NOT NULL, EXCLUDE USING gist (staff_id WITH =, busy WITH &&))`);

let staff = 0;

/** `contests` slots of a new person, `rivals` inserts for each at once. Answers attempts a second and how many won. */
const race = async (contests, rivals, onConflict) => {
  staff += 1;
  const sql = `INSERT INTO floor_booking (staff_id, busy)
    VALUES ($1, tstzrange(timestamptz 'epoch' + $2 * interval '1 hour', timestamptz 'epoch' + ($2 + 1) * interval '1 hour'))
    ${onConflict ? 'ON CONFLICT DO NOTHING' : ''}`;
  const startedAt = performance.now();
  let won = 0;
  const attempt = async (slot) => {
    try {
      const { rowCount } = await pool.query(sql, [staff, slot]);
      won += rowCount;
    } catch (error) {
      // Some of them deadlock on each other's unfinished rows, which is as much of an answer.
      if (!['23P01', '40P01'].includes(error.code)) throw error;
    }
  };
  for (let slot = 0; slot < contests; slot += 10)
    await Promise.all(
      Array.from({ length: Math.min(10, contests - slot) * rivals }, (_, i) =>
        attempt(slot + Math.floor(i / rivals)),
      ),
    );
  return { perSecond: (contests * rivals * 1000) / (performance.now() - startedAt), won };
};

answerCalls({}, { race }, () => pool.end());
