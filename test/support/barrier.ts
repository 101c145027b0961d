import type { Client } from 'pg';
import { eventually } from './eventually.js';

const LOCK = 4_711;

/** What a barrier needs of an installation. */
interface Host {
  connect(): Promise<Client>;
}

/**
 * Lets so many rows of a table be changed or deleted, and holds whoever comes with the next: what is killed there is in the middle of
 * its work, however quick or slow the machine is. For real PostgreSQL.
 */
export class Barrier {
  private constructor(
    private readonly holder: Client,
    private readonly host: Host,
    private readonly table: string,
  ) {}

  static async raise(
    host: Host,
    { table, on, after }: { table: string; on: 'UPDATE' | 'DELETE'; after: number },
  ): Promise<Barrier> {
    const holder = await host.connect();
    // The trigger runs as its owner: the application's role knows neither the sequence nor the lock.
    await holder.query(`SELECT pg_advisory_lock(${LOCK});
      CREATE SEQUENCE barrier_passed;
      CREATE FUNCTION barrier() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF nextval('public.barrier_passed') > ${after} THEN PERFORM pg_advisory_xact_lock(${LOCK}); END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
      END $$;
      CREATE TRIGGER barrier BEFORE ${on} ON ${table} FOR EACH ROW EXECUTE FUNCTION barrier()`);
    return new Barrier(holder, host, table);
  }

  /** Waits until somebody is held. */
  async reached(timeoutMs: number): Promise<void> {
    await eventually(
      'somebody is held at the barrier',
      async () => {
        const { rowCount } = await this.holder.query(
          `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        return rowCount === 1;
      },
      timeoutMs,
    );
  }

  /** Lets everybody go: who was killed here meanwhile is rolled back. */
  async lift(): Promise<void> {
    await this.holder.end();
    const client = await this.host.connect();
    try {
      await client.query(
        `DROP TRIGGER barrier ON ${this.table}; DROP FUNCTION barrier(); DROP SEQUENCE barrier_passed`,
      );
    } finally {
      await client.end();
    }
  }
}
