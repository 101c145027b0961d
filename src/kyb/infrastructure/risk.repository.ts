import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { DEFAULT_WEIGHTS, type RiskFactor, type RiskFacts, type RiskWeights } from '../domain/risk.js';
import { type Rules, rulesOf } from '../domain/rules.js';

export interface Risk {
  readonly id: string;
  readonly counterpartyId: string;
  readonly score: number;
  readonly factors: readonly RiskFactor[];
  readonly checkId: string | null;
  readonly computedAt: Date;
}

export interface OwnRules {
  readonly rules: Rules;
  readonly weights: RiskWeights;
  readonly version: number;
}

const COLUMNS = `id, counterparty_id AS "counterpartyId", score, factors, check_id AS "checkId", computed_at AS "computedAt"`;

/** How a business weighs what was found: its rules and weights, and the scores that came of them. */
@Injectable()
export class RiskRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async rules(locking: '' | 'FOR UPDATE' = ''): Promise<OwnRules> {
    const [row] = await this.uow.query<{
      rules: Partial<Rules>;
      weights: Partial<RiskWeights>;
      version: number;
    }>(`SELECT rules, weights, version FROM kyb_rules WHERE tenant_id = $1 ${locking}`, [currentTenant()]);
    return {
      rules: rulesOf(row?.rules ?? {}),
      weights: { ...DEFAULT_WEIGHTS, ...row?.weights },
      version: row?.version ?? 1,
    };
  }

  /** With its row locked, which is made when it is not there. */
  async lockedRules(): Promise<OwnRules> {
    await this.uow.execute(
      `INSERT INTO kyb_rules (tenant_id, id, rules, weights) VALUES ($1, $1, '{}', '{}') ON CONFLICT DO NOTHING`,
      [currentTenant()],
    );
    return this.rules('FOR UPDATE');
  }

  async saveRules({ rules, weights }: Pick<OwnRules, 'rules' | 'weights'>): Promise<void> {
    await this.uow.execute(
      'UPDATE kyb_rules SET rules = $2, weights = $3, version = version + 1 WHERE tenant_id = $1',
      [currentTenant(), JSON.stringify(rules), JSON.stringify(weights)],
    );
  }

  async facts(counterpartyId: string, now: Date): Promise<RiskFacts> {
    const [counterparty] = await this.uow.query<{ country: string | null }>(
      'SELECT country FROM counterparty WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), counterpartyId],
    );
    const hits = await this.uow.query<{ listedId: string; strong: boolean; disposition: string | null }>(
      `SELECT m.list || ':' || m.entry_id AS "listedId", m.band = 'STRONG' AS strong,
         CASE WHEN a.state = 'approved' THEN a.disposition END AS disposition
       FROM kyb_match m LEFT JOIN kyb_alert a ON a.tenant_id = m.tenant_id AND a.counterparty_id = m.counterparty_id
         AND a.subject = 'hit:' || m.list || ':' || m.entry_id AND a.entry_hash = m.entry_hash
       WHERE m.tenant_id = $1 AND m.counterparty_id = $2 AND m.removed_at IS NULL ORDER BY 1`,
      [currentTenant(), counterpartyId],
    );
    const covered = await this.uow.query<{
      checkedAt: Date | null;
      list: boolean;
    }>(
      `SELECT checked_at AS "checkedAt", list_number IS NOT NULL AS list FROM kyb_coverage
       WHERE tenant_id = $1 AND counterparty_id = $2`,
      [currentTenant(), counterpartyId],
    );
    // An outage is no answer: what the register said last goes on to count.
    const answers = await this.uow.query<{ source: string; state: string }>(
      `SELECT DISTINCT ON (source) source, state FROM kyb_check
       WHERE tenant_id = $1 AND counterparty_id = $2 AND source <> 'screening' AND state <> 'not_checked' ORDER BY source, id DESC`,
      [currentTenant(), counterpartyId],
    );
    const screened = covered.flatMap(({ list, checkedAt }) =>
      list && checkedAt ? [checkedAt.getTime()] : [],
    );
    return {
      country: counterparty?.country ?? null,
      hits,
      states: Object.fromEntries(answers.map(({ source, state }) => [source, state])),
      screenedAt: screened.length > 0 ? new Date(Math.min(...screened)) : null,
      now,
    };
  }

  /** Newest first; one more than `limit` when there is one. */
  history(
    counterpartyId: string,
    { limit, startingAfter }: { limit: number; startingAfter?: string },
  ): Promise<Risk[]> {
    return this.uow.query<Risk>(
      `SELECT ${COLUMNS} FROM kyb_risk WHERE tenant_id = $1 AND counterparty_id = $2 AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [currentTenant(), counterpartyId, startingAfter ?? null, limit + 1],
    );
  }

  async insert(risk: Omit<Risk, 'id'>): Promise<void> {
    await this.uow.write(
      `INSERT INTO kyb_risk (tenant_id, id, counterparty_id, score, factors, check_id, computed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        currentTenant(),
        newId(),
        risk.counterpartyId,
        risk.score,
        JSON.stringify(risk.factors),
        risk.checkId,
        risk.computedAt,
      ],
    );
  }
}
