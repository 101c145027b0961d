import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '#libs/config';
import { newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { Metrics } from '#libs/observability';
import { AuditHeadRepository } from '../../infrastructure/audit-head.repository.js';
import { SignHeadCommand } from '../sign-head/sign-head.command.js';
import { TrailVerifier } from '../verify-trail/trail-verifier.js';

const TENANTS = 200;

/** In workers: signs the ends of the trails that grew, and verifies them all, each in its own time. */
@Injectable()
export class AuditSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditSchedule.name);
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly faulty;
  private readonly verified;
  private stopped = false;

  constructor(
    private readonly heads: AuditHeadRepository,
    private readonly verifier: TrailVerifier,
    private readonly dispatcher: Dispatcher,
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.faulty = metrics.gauge({
      name: 'frontdesk_audit_faulty_trails',
      help: 'Audit trails in which the last scheduled verification found a fault, by what it concerns',
      labelNames: ['what'],
    });
    this.verified = metrics.counter({
      name: 'frontdesk_audit_verifications_total',
      help: 'Audit trails verified on schedule',
    });
  }

  onApplicationBootstrap(): void {
    if (this.settings.process.role === 'api') return;
    const { headEveryMinutes, verifyEveryHours } = this.settings.audit;
    this.every(headEveryMinutes * 60_000, () => this.signHeads());
    this.every(verifyEveryHours * 3_600_000, () => this.verifyAll());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.timers.forEach((timer) => clearInterval(timer));
    await Promise.allSettled(this.running);
  }

  /** Answers how many trails it signed. */
  signHeads(): Promise<number> {
    return this.eachTenant(true, async () => {
      await this.dispatcher.request(new SignHeadCommand());
    });
  }

  /** Answers how many trails it verified. */
  async verifyAll(): Promise<number> {
    const found = { integrity: 0, completeness: 0 };
    const count = await this.eachTenant(false, async (tenantId) => {
      const { integrity, completeness } = await this.verifier.verify();
      this.verified.inc();
      if (integrity.length > 0) found.integrity += 1;
      if (completeness.length > 0) found.completeness += 1;
      if (integrity.length + completeness.length > 0)
        this.logger.error(
          { tenantId, integrity: integrity.slice(0, 10), completeness: completeness.slice(0, 10) },
          'the audit trail is not as it was written',
        );
    });
    this.faulty.set({ what: 'integrity' }, found.integrity);
    this.faulty.set({ what: 'completeness' }, found.completeness);
    return count;
  }

  private every(ms: number, work: () => Promise<unknown>): void {
    const timer = setInterval(() => {
      const run = work().catch((error: unknown) => this.logger.warn({ err: error }, 'later again'));
      this.running.add(run);
      void run.finally(() => this.running.delete(run));
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }

  private async eachTenant(unsigned: boolean, work: (tenantId: string) => Promise<void>): Promise<number> {
    let count = 0;
    for (let after: string | null = null; !this.stopped;) {
      const tenants: string[] = await this.heads.tenants(after, unsigned, TENANTS);
      for (const tenantId of tenants) {
        if (this.stopped) break;
        const actor = { kind: 'system', id: 'audit.schedule' } as const;
        await runInContext({ tenantId, actor, traceId: newId() }, () => work(tenantId));
        count += 1;
      }
      if (tenants.length < TENANTS) break;
      after = tenants.at(-1) ?? null;
    }
    return count;
  }
}
