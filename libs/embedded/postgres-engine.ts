import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, type ExecProtocolOptionsStream, type PGliteOptions } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

export interface PostgresEngine {
  readonly port: number;
  stop(): Promise<void>;
}

const MAX_CONNECTIONS = 100;
const CLOSE_CLIENTS_MS = 1_000;
const EXTENSIONS = { vector, btree_gist, pg_trgm, unaccent };

export const startPostgres = async (
  dataDir: string | null,
  port: number,
  onFatal: (error: unknown) => void,
): Promise<PostgresEngine> => {
  const db = await open(dataDir === null ? {} : { dataDir: await initialised(dataDir) }, onFatal);
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port, maxConnections: MAX_CONNECTIONS });
  await server.start();
  return {
    port: Number(server.getServerConn().split(':').pop()),
    stop: async () => {
      // It waits for its clients to hang up, and a client may be stuck.
      await Promise.race([server.stop(), new Promise((done) => setTimeout(done, CLOSE_CLIENTS_MS))]);
      await db.close();
    },
  };
};

/** Made under another name and renamed when whole: a start that is interrupted leaves nothing half made behind. */
const initialised = async (dataDir: string): Promise<string> => {
  const data = join(dataDir, 'postgres');
  if (existsSync(data)) return data;
  const draft = join(dataDir, 'postgres.draft');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  await (await open({ dataDir: draft }, () => undefined)).close();
  renameSync(draft, data);
  return data;
};

const open = async (options: PGliteOptions, onFatal: (error: unknown) => void): Promise<PGlite> => {
  const db = new SharedPGlite({ ...options, extensions: EXTENSIONS }, onFatal);
  await db.waitReady;
  return db;
};

const SYNC = 'S'.charCodeAt(0);
const SYNC_MESSAGE = Uint8Array.of(SYNC, 0, 0, 0, 4);
/** Parse, Bind, Describe, Execute, Close, Flush: what a Sync ends. */
const EXTENDED = new Set([...'PBDECH'].map((type) => type.charCodeAt(0)));

/**
 * PGlite as the socket server needs it. The server shares one backend session among all connections and keeps
 * to one of them only while `isInTransaction()`. Outside a transaction the messages of two connections mix when
 * a batch comes in several packets: one connection's Bind then meets the other's unnamed statement. So a batch counts
 * as a transaction until its Sync.
 */
class SharedPGlite extends PGlite {
  private inBatch = false;

  constructor(
    options: PGliteOptions,
    private readonly onFatal: (error: unknown) => void,
  ) {
    super(options);
  }

  override isInTransaction(): boolean {
    return this.inBatch || super.isInTransaction();
  }

  override async execProtocolRawStream(
    message: Uint8Array,
    options: ExecProtocolOptionsStream,
  ): Promise<void> {
    try {
      await super.execProtocolRawStream(message, options);
    } catch (error) {
      // Errors in SQL are answers, not exceptions. After an exception the server's queue would wait for ever.
      this.onFatal(error);
      throw error;
    }
    const type = message[0] ?? 0;
    if (type === SYNC) this.inBatch = false;
    else if (EXTENDED.has(type)) this.inBatch = true;
  }

  /** The server calls it to roll back for a client that has died. */
  override async exec(...args: Parameters<PGlite['exec']>): ReturnType<PGlite['exec']> {
    if (this.inBatch) {
      await this.execProtocolRaw(SYNC_MESSAGE);
      this.inBatch = false;
    }
    return super.exec(...args);
  }
}
