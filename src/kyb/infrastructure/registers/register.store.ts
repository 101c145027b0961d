import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import type { RegisterName } from '../../domain/sources.js';

export interface RegisterState {
  readonly register: RegisterName;
  /** The last answer about a counterparty, to any process. */
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastFailureReason: string | null;
  /** Since when a breaker is open without an answer in between; null when none is. */
  readonly openSince: Date | null;
}

/** What a register did last. */
export interface RegisterSign {
  readonly at: Date;
  /** Why it gave no answer; null: it gave one. */
  readonly failure: string | null;
  /** Whether the breaker of this process is open. */
  readonly open: boolean;
}

const COLUMNS = `register, last_success_at AS "lastSuccessAt", last_failure_at AS "lastFailureAt",
  last_failure_reason AS "lastFailureReason", open_since AS "openSince"`;
/** The same news again is not written sooner. */
const REPEAT_MS = 10_000;

/** How the registers are, as all processes found them. Of no tenant: everybody may read it, the system role alone writes. */
@Injectable()
export class RegisterStore {
  private readonly noted = new Map<RegisterName, RegisterSign>();

  constructor(private readonly uow: UnitOfWork) {}

  /** An answer to any process closes what others hold open: the source is there. Not inside a unit of work. */
  async note(register: RegisterName, sign: RegisterSign): Promise<void> {
    const before = this.noted.get(register);
    const same = before && before.failure === sign.failure && before.open === sign.open;
    if (same && sign.at.getTime() - before.at.getTime() < REPEAT_MS) return;
    this.noted.set(register, sign);
    const { at, failure, open } = sign;
    await this.uow.runAsSystem(() =>
      this.uow.execute(
        `INSERT INTO kyb_register AS r (register, last_success_at, last_failure_at, last_failure_reason, open_since)
         VALUES ($1, CASE WHEN $3::text IS NULL THEN $2::timestamptz END, CASE WHEN $3 IS NOT NULL THEN $2::timestamptz END, $3,
           CASE WHEN $4 THEN $2::timestamptz END)
         ON CONFLICT (register) DO UPDATE SET last_success_at = greatest(r.last_success_at, excluded.last_success_at),
           last_failure_at = greatest(r.last_failure_at, excluded.last_failure_at),
           last_failure_reason = coalesce(excluded.last_failure_reason, r.last_failure_reason),
           open_since = CASE WHEN $3 IS NOT NULL THEN coalesce(r.open_since, excluded.open_since) END`,
        [register, at, failure, open && failure !== null],
      ),
    );
  }

  /** Those that were ever asked. */
  states(): Promise<RegisterState[]> {
    return this.uow.runAsSystem(() =>
      this.uow.query<RegisterState>(`SELECT ${COLUMNS} FROM kyb_register ORDER BY register`),
    );
  }
}
