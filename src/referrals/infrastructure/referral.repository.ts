import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, type Money, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export type Refusal = 'unknown_code' | 'retired_code' | 'self_referral' | 'known_owner' | 'repeat';
export type EntryStatus = 'pending' | 'earned' | 'paid' | 'void';
export type Side = 'referrer' | 'referred';

export interface LedgerEntry {
  id: string;
  referralId: string;
  side: Side;
  status: EntryStatus;
  amount: Money;
  reason: string | null;
  createdAt: Date;
}

export interface ReferredView {
  id: string;
  maskedName: string;
  status: 'refused' | 'pending' | 'earned' | 'void';
  reason: string | null;
  signedUpAt: Date;
  settledAt: Date | null;
}

interface EntryRow extends Omit<LedgerEntry, 'amount'> {
  /** bigint, as text. */
  amount: string;
  currency: string;
}

const ENTRY = `id, referral_id AS "referralId", side, status, amount, currency, reason, created_at AS "createdAt"`;
const viewOf = ({ amount, currency, ...row }: EntryRow): LedgerEntry => ({
  ...row,
  amount: { amount: Number(amount), currency },
});

/** Referrals and rewards of the tenant of the context. What belongs to another tenant is reached by narrow functions. */
@Injectable()
export class ReferralRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** The referrer's side of this tenant's sign-up; answers what became of it. */
  async recordForReferrer(
    referral: { id: string; code: string; maskedName: string },
    reward: Money,
  ): Promise<'attributed' | Refusal> {
    const [row] = await this.uow.query<{ outcome: 'attributed' | Refusal }>(
      'SELECT record_referral($1, $2, $3, $4, $5, $6, $7) AS outcome',
      [
        referral.id,
        newId(),
        referral.code,
        referral.maskedName,
        reward.amount,
        reward.currency,
        this.clock.now(),
      ],
    );
    if (!row) throw new Error('record_referral answered no row');
    return row.outcome;
  }

  /** False when the event was recorded before, or the tenant is attributed already. */
  async recordSignUp(signUp: {
    eventId: string;
    ownerId: string;
    code: string;
    refusal: Refusal | null;
    referralId: string | null;
  }): Promise<boolean> {
    const inserted = await this.uow.execute(
      `INSERT INTO referral_signup (tenant_id, id, event_id, owner_id, code, outcome, reason, referral_id, signed_up_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        newId(),
        signUp.eventId,
        signUp.ownerId,
        signUp.code,
        signUp.refusal === null ? 'attributed' : 'refused',
        signUp.refusal,
        signUp.referralId,
        this.clock.now(),
      ],
    );
    return inserted === 1;
  }

  /** The code turned out to be worth nothing. */
  async refuseSignUp(referralId: string, refusal: Refusal): Promise<void> {
    await this.uow.execute(
      `UPDATE referral_signup SET outcome = 'refused', reason = $3, referral_id = NULL
       WHERE tenant_id = $1 AND referral_id = $2`,
      [currentTenant(), referralId, refusal],
    );
  }

  async isAttributed(): Promise<boolean> {
    const [row] = await this.uow.query(
      `SELECT 1 FROM referral_signup WHERE tenant_id = $1 AND outcome = 'attributed'`,
      [currentTenant()],
    );
    return row !== undefined;
  }

  async rememberVerified(personId: string): Promise<void> {
    await this.uow.execute(
      `INSERT INTO referral_verified_person (tenant_id, id, person_id, verified_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [currentTenant(), newId(), personId, this.clock.now()],
    );
  }

  /** The referral that this tenant came by, taken for its end; null when it has ended, or there was none. */
  async settleSignUp(): Promise<{ referralId: string } | null> {
    const [row] = await this.uow.query<{ referralId: string }>(
      `UPDATE referral_signup SET settled_at = $2
       WHERE tenant_id = $1 AND outcome = 'attributed' AND settled_at IS NULL RETURNING referral_id AS "referralId"`,
      [currentTenant(), this.clock.now()],
    );
    return row ?? null;
  }

  async settleForReferrer(status: 'earned' | 'void', reason: string | null): Promise<void> {
    await this.uow.query('SELECT settle_referral($1, $2, $3, $4)', [
      newId(),
      status,
      reason,
      this.clock.now(),
    ]);
  }

  /** False when the reward has been through this, or through an end, already. */
  async append(entry: Omit<LedgerEntry, 'id' | 'createdAt'>): Promise<boolean> {
    const inserted = await this.uow.execute(
      `INSERT INTO referral_entry (tenant_id, id, referral_id, side, status, amount, currency, reason, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        currentTenant(),
        newId(),
        entry.referralId,
        entry.side,
        entry.status,
        entry.amount.amount,
        entry.amount.currency,
        entry.reason,
        this.clock.now(),
      ],
    );
    return inserted === 1;
  }

  async entry(id: string): Promise<LedgerEntry | null> {
    const [row] = await this.uow.query<EntryRow>(
      `SELECT ${ENTRY} FROM referral_entry WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    return row ? viewOf(row) : null;
  }

  async pendingEntry(referralId: string, side: Side): Promise<LedgerEntry | null> {
    const [row] = await this.uow.query<EntryRow>(
      `SELECT ${ENTRY} FROM referral_entry WHERE tenant_id = $1 AND referral_id = $2 AND side = $3 AND status = 'pending'`,
      [currentTenant(), referralId, side],
    );
    return row ? viewOf(row) : null;
  }

  async isEarned({ referralId, side }: Pick<LedgerEntry, 'referralId' | 'side'>): Promise<boolean> {
    const [row] = await this.uow.query(
      `SELECT 1 FROM referral_entry WHERE tenant_id = $1 AND referral_id = $2 AND side = $3 AND status = 'earned'`,
      [currentTenant(), referralId, side],
    );
    return row !== undefined;
  }

  /** Newest first; one more than `limit`. */
  async ledger(page: { limit: number; startingAfter?: string }): Promise<LedgerEntry[]> {
    const rows = await this.uow.query<EntryRow>(
      `SELECT ${ENTRY} FROM referral_entry WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
    return rows.map(viewOf);
  }

  /** Newest first; one more than `limit`. */
  referred(page: { limit: number; startingAfter?: string }): Promise<ReferredView[]> {
    return this.uow.query<ReferredView>(
      `SELECT id, masked_name AS "maskedName", status, reason, signed_up_at AS "signedUpAt", settled_at AS "settledAt"
       FROM referral WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  /** How many referrals stand where. */
  async counts(): Promise<Record<ReferredView['status'], number>> {
    const rows = await this.uow.query<{ status: ReferredView['status']; n: number }>(
      'SELECT status, count(*)::int AS n FROM referral WHERE tenant_id = $1 GROUP BY status',
      [currentTenant()],
    );
    const of = (status: string): number => rows.find((row) => row.status === status)?.n ?? 0;
    return { refused: of('refused'), pending: of('pending'), earned: of('earned'), void: of('void') };
  }

  /** Rewards by where they stand now, which is at their last step, in each currency. */
  async totals(): Promise<{ status: EntryStatus; amount: Money }[]> {
    const rows = await this.uow.query<{ status: EntryStatus; currency: string; amount: string }>(
      `SELECT status, currency, sum(amount)::text AS amount FROM (
         SELECT DISTINCT ON (referral_id, side) status, currency, amount FROM referral_entry WHERE tenant_id = $1
         ORDER BY referral_id, side, array_position(ARRAY['void', 'paid', 'earned', 'pending'], status)) AS standing
       GROUP BY status, currency ORDER BY status, currency`,
      [currentTenant()],
    );
    return rows.map(({ status, currency, amount }) => ({
      status,
      amount: { amount: Number(amount), currency },
    }));
  }
}
