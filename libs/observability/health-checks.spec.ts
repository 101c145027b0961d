import type { Redis } from 'ioredis';
import type { SystemFunctions } from '#libs/persistence';
import { HealthChecks } from './health-checks.js';

const refused = () =>
  Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }));
const checks = (parts: { database?: () => Promise<unknown>; redis?: () => Promise<unknown> } = {}) =>
  new HealthChecks(
    { call: parts.database ?? (() => Promise.resolve([])) } as unknown as SystemFunctions,
    { ping: parts.redis ?? (() => Promise.resolve('PONG')) } as unknown as Redis,
  );

describe('HealthChecks', () => {
  it('is up when each dependency answers, with its latency', async () => {
    const report = await checks().report('all');
    expect(report.status).toBe('up');
    expect(Object.keys(report.dependencies)).toEqual(['database', 'redis']);
    expect(report.dependencies['database']).toEqual({
      status: 'up',
      latencyMs: expect.any(Number) as number,
    });
  });

  it.each(['database', 'redis'] as const)(
    'is down when %s is, and says why without addresses',
    async (name) => {
      const report = await checks({ [name]: refused }).report('ready');
      expect(report.status).toBe('down');
      expect(report.dependencies[name]).toMatchObject({ status: 'down', reason: 'ECONNREFUSED' });
      expect(JSON.stringify(report)).not.toContain('10.0.0.7');
    },
  );

  it('gives up on a dependency that does not answer', async () => {
    jest.useFakeTimers();
    try {
      const pending = checks({ redis: () => new Promise(() => undefined) }).report('all');
      await jest.advanceTimersByTimeAsync(2_000);
      expect((await pending).dependencies['redis']).toMatchObject({
        status: 'down',
        reason: 'no answer in time',
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks the others for the whole report only, and passes their figures on', async () => {
    const health = checks();
    health.register('queues', () => Promise.resolve({ waiting: 3 }));
    health.register('engines', () => Promise.reject(new Error('secret')));
    expect((await health.report('ready')).status).toBe('up');
    const report = await health.report('all');
    expect(report.status).toBe('down');
    expect(report.dependencies).toMatchObject({
      queues: { status: 'up', figures: { waiting: 3 } },
      engines: { status: 'down', reason: 'failed' },
    });
  });
});
