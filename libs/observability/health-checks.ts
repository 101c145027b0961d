import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { SystemFunctions } from '#libs/persistence';
import { REDIS } from '#libs/redis';

/** Rejects when the dependency cannot be used; may answer figures for the report. */
export type HealthCheck = () => Promise<Record<string, number | string> | void>;

export interface DependencyHealth {
  status: 'up' | 'down';
  latencyMs: number;
  /** Why it is down, without addresses or credentials. */
  reason?: string;
  figures?: Record<string, number | string>;
}

export interface HealthReport {
  status: 'up' | 'down';
  dependencies: Record<string, DependencyHealth>;
}

const PATIENCE_MS = 2_000;

/** The dependencies of this process. Database and Redis are here from the start; others register themselves. */
@Injectable()
export class HealthChecks {
  private readonly checks = new Map<string, { check: HealthCheck; forReady: boolean }>();

  constructor(system: SystemFunctions, @Inject(REDIS) redis: Redis) {
    this.register('database', () => system.call('current_database').then(() => undefined), {
      forReady: true,
    });
    this.register('redis', () => redis.ping().then(() => undefined), { forReady: true });
  }

  /** `forReady`: without it this process must get no traffic. */
  register(name: string, check: HealthCheck, { forReady = false } = {}): void {
    this.checks.set(name, { check, forReady });
  }

  async report(only: 'ready' | 'all'): Promise<HealthReport> {
    const chosen = [...this.checks].filter(([, { forReady }]) => only === 'all' || forReady);
    const results = await Promise.all(
      chosen.map(async ([name, { check }]) => [name, await examine(check)] as const),
    );
    return {
      status: results.every(([, { status }]) => status === 'up') ? 'up' : 'down',
      dependencies: Object.fromEntries(results),
    };
  }
}

const examine = async (check: HealthCheck): Promise<DependencyHealth> => {
  const start = performance.now();
  const latency = () => Math.round((performance.now() - start) * 10) / 10;
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('timeout')), PATIENCE_MS);
    });
    const figures = await Promise.race([check(), late]);
    return { status: 'up', latencyMs: latency(), ...(figures ? { figures } : {}) };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    const reason = message === 'timeout' ? 'no answer in time' : typeof code === 'string' ? code : 'failed';
    return { status: 'down', latencyMs: latency(), reason };
  } finally {
    clearTimeout(timer);
  }
};
