import { Injectable } from '@nestjs/common';
import { Clock, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { newCode } from '../domain/referral-code.js';

const TRIES = 8;

/** The code of the tenant of the context, and those that it had. */
@Injectable()
export class ReferralCodeRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Made at its first use. */
  async current(): Promise<string> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const [row] = await this.uow.query<{ code: string }>(
        'SELECT code FROM referral_code WHERE owner_tenant_id = $1 AND retired_at IS NULL',
        [currentTenant()],
      );
      if (row) return row.code;
      // Nothing happens where the code is another's, or a concurrent call was first.
      await this.uow.execute(
        'INSERT INTO referral_code (code, owner_tenant_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [newCode(), currentTenant(), this.clock.now()],
      );
    }
    throw new Error('no referral code was free');
  }

  /** A retired code stays taken: nobody gets what was meant for somebody else. */
  async replace(): Promise<string> {
    await this.uow.execute(
      'UPDATE referral_code SET retired_at = $2 WHERE owner_tenant_id = $1 AND retired_at IS NULL',
      [currentTenant(), this.clock.now()],
    );
    return this.current();
  }
}
