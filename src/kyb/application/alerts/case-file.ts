import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, Clock } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type Alert, asLeft } from '../../domain/alert.js';
import { type AlertEvent, AlertRepository } from '../../infrastructure/alert.repository.js';
import { type Case, type CaseEvent, CaseRepository } from '../../infrastructure/case.repository.js';
import { type Counterparty, CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { type Risk, RiskRepository } from '../../infrastructure/risk.repository.js';
import { CheckDesk, type Evidence } from '../checks/check-desk.js';

const RISKS = 20;
const PAGE = 200;

export interface CaseFile {
  readonly format: 'frontdesk.kyb-case.v1';
  readonly case: Case & { readonly history: readonly CaseEvent[] };
  readonly counterparty: Counterparty;
  /** As they are or, when they have gone on in a later case, as this one left them; with what happened to them in it. */
  readonly alerts: readonly (Alert & { history: readonly AlertEvent[] })[];
  readonly risk: readonly Risk[];
  /** Of every check that showed one of the alerts. */
  readonly evidence: readonly (Evidence & { checkId: string })[];
  readonly exportedAt: string;
}

export interface CaseExport {
  readonly file: CaseFile;
  readonly manifest: {
    /** SHA-256 of the canonical JSON (RFC 8785) of each part, hex. */
    readonly parts: Readonly<Record<string, string>>;
    /** SHA-256 of the canonical JSON of `parts`, hex. */
    readonly sha256: string;
  };
}

/** Everything that a case was decided by, in one file. */
@Injectable()
export class CaseFiler {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cases: CaseRepository,
    private readonly alerts: AlertRepository,
    private readonly counterparties: CounterpartyRepository,
    private readonly risks: RiskRepository,
    private readonly checks: CheckDesk,
    private readonly clock: Clock,
  ) {}

  /** Error: `case.not_found`. */
  async export(id: string): Promise<CaseExport> {
    const { found, counterparty, alerts, risk } = await this.uow.run(async () => {
      const of = await this.cases.get(id);
      const all = await this.alerts.ofCase(id);
      return {
        found: { ...of, history: await this.historyOf(id) },
        counterparty: await this.counterparties.get(of.counterpartyId),
        alerts: all.map(({ alert, history }) => ({ ...asLeft(alert, id, of.dueAt, history), history })),
        risk: await this.risks.history(of.counterpartyId, { limit: RISKS }),
      };
    });
    const shown = alerts.flatMap(({ checkId, history }) => [
      checkId,
      ...history.flatMap(({ facts }) => (typeof facts.checkId === 'string' ? [facts.checkId] : [])),
    ]);
    const evidence: (Evidence & { checkId: string })[] = [];
    for (const checkId of [...new Set(shown)].sort())
      evidence.push({ checkId, ...(await this.checks.evidence(checkId)) });
    // As it is sent: dates are text there, and what is hashed must be what is read.
    const file = JSON.parse(
      JSON.stringify({
        format: 'frontdesk.kyb-case.v1',
        case: found,
        counterparty,
        alerts,
        risk,
        evidence,
        exportedAt: this.clock.now().toISOString(),
      }),
    ) as CaseFile;
    const parts = Object.fromEntries(
      Object.entries(file).map(([part, value]) => [part, hash(value)] as const),
    );
    return { file, manifest: { parts, sha256: hash(parts) } };
  }

  private async historyOf(id: string): Promise<CaseEvent[]> {
    const all: CaseEvent[] = [];
    for (;;) {
      const found = await this.cases.history(id, { limit: PAGE, startingAfter: all.at(-1)?.id });
      all.push(...found.slice(0, PAGE));
      if (found.length <= PAGE) return all;
    }
  }
}

const hash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
