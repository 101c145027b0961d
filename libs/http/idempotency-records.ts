import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentContext, currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface StoredAnswer {
  readonly status: number;
  /** undefined for an answer without a body. */
  readonly body: unknown;
}

interface Row {
  id: string;
  fingerprint: string;
  status: number;
  response: { body?: unknown } | null;
}

export const IDEMPOTENCY_HOURS = 24;

/** The keys that the people and the programs of a tenant have used, each their own, with the answers they got. Every call needs the unit of work of the effect itself. */
@Injectable()
export class IdempotencyRecords {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly cipher: FieldCipher,
  ) {}

  /**
   * Takes the key for this unit of work, or answers what it got before. Who finds the key taken by a unit still open waits
   * for it on the row, five seconds at most. Errors: `http.idempotency_mismatch`, `http.idempotency_in_flight`.
   */
  async claim(route: string, key: string, fingerprint: string): Promise<StoredAnswer | { claimed: string }> {
    const id = newId();
    const now = this.clock.now();
    const expired = new Date(now.getTime() - IDEMPOTENCY_HOURS * 3_600_000);
    const actor = actorOfKey();
    const inserted = await this.insert([currentTenant(), id, key, route, fingerprint, now, expired, actor]);
    if (inserted === 1) return { claimed: id };

    const rows = await this.uow.query<Row>(
      'SELECT id, fingerprint, status, response FROM idempotency_key WHERE tenant_id = $1 AND route = $2 AND key = $3 AND actor = $4',
      [currentTenant(), route, key, actor],
    );
    const [row] = await this.cipher.openRows('idempotency_key', rows, {
      response: { column: 'response', json: true },
    });
    if (!row) throw inFlight();
    if (row.fingerprint !== fingerprint) {
      throw new DomainError(
        'invalid',
        'http.idempotency_mismatch',
        'This Idempotency-Key was used with another request. Take a new key for a new request.',
        { errors: [{ pointer: 'Idempotency-Key', detail: 'was used with another request' }] },
      );
    }
    return { status: row.status, body: row.response?.body };
  }

  async remember(id: string, answer: StoredAnswer): Promise<void> {
    const place = { table: 'idempotency_key', column: 'response', rowId: id };
    const response = await this.cipher.sealJson({ body: answer.body }, place);
    await this.uow.execute(
      'UPDATE idempotency_key SET status = $3, response = $4 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, answer.status, response],
    );
  }

  private async insert(values: unknown[]): Promise<number> {
    // It stays for the rest of the unit: what a handler may then wait for a lock is as much.
    await this.uow.query(`SET LOCAL lock_timeout = '5s'`);
    try {
      return await this.uow.execute(
        `INSERT INTO idempotency_key AS k (tenant_id, id, key, route, fingerprint, created_at, actor)
         VALUES ($1, $2, $3, $4, $5, $6, $8)
         ON CONFLICT (tenant_id, route, actor, key) DO UPDATE
           SET id = excluded.id, fingerprint = excluded.fingerprint, created_at = excluded.created_at,
               status = NULL, response = NULL
           WHERE k.created_at < $7`,
        values,
      );
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) throw inFlight();
      throw error;
    }
  }
}

/** Keys of programs count as one: a program that repeats a request with the key that replaced its own is answered as before. */
const actorOfKey = (): string => {
  const { actor } = currentContext();
  return actor.kind === 'user' ? actor.id : actor.kind;
};

const LOCK_NOT_AVAILABLE = '55P03';

const sqlState = (error: unknown): unknown =>
  error instanceof Error
    ? ((error as { driverError?: { code?: unknown } }).driverError?.code ??
      (error as { code?: unknown }).code)
    : undefined;

const inFlight = (): DomainError =>
  new DomainError(
    'conflict',
    'http.idempotency_in_flight',
    'The first request with this Idempotency-Key is still at work. Repeat this one shortly.',
    { retryAfterSeconds: 1 },
  );
