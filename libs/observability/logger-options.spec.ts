import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { loadSettings } from '#libs/config';
import { newId, runInContext } from '#libs/kernel';
import { logDestination, loggerOptions, openLog } from './logger-options.js';

describe('logDestination', () => {
  it.each([
    ['auto', true, resolve('/data/logs/frontdesk.log')],
    ['auto', false, 'stdout'],
    ['stdout', true, 'stdout'],
    ['/var/log/frontdesk.log', false, '/var/log/frontdesk.log'],
  ])('of %s, embedded %s, is %s', (destination, embedded, expected) => {
    expect(logDestination(loadSettings({ LOG_DESTINATION: destination, DATA_DIR: '/data' }), embedded)).toBe(
      expected,
    );
  });
});

describe('a log line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-log-'));
  const file = join(folder, 'logs', 'frontdesk.log');
  const logger = pino(loggerOptions(loadSettings({ ROLE: 'api' })), openLog(file));
  const lines = () =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  afterAll(() => rmSync(folder, { recursive: true }));

  it('is JSON with level, time, role, and the trace and tenant of the work in hand', () => {
    const tenantId = newId();
    runInContext({ tenantId, traceId: 'trace-1', actor: { kind: 'system', id: 'test' } }, () =>
      logger.warn({ step: 3 }, 'late'),
    );
    expect(lines().at(-1)).toMatchObject({
      level: 'warn',
      message: 'late',
      step: 3,
      role: 'api',
      traceId: 'trace-1',
      tenantId,
      actor: 'system',
    });
    expect(String(lines().at(-1)?.['time'])).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('has no tenant outside of a context', () => {
    logger.info('started');
    expect(lines().at(-1)).not.toHaveProperty('tenantId');
  });

  it('hides what is private in members, in words and in errors', () => {
    logger.error(
      { err: Object.assign(new Error('to +380501234567'), { parameters: ['private'] }), body: 'private' },
      'for +380501234567',
    );
    const line = lines().at(-1);
    expect(line).toMatchObject({ message: 'for +[redacted]', err: { message: 'to +[redacted]' } });
    expect(JSON.stringify(line)).not.toMatch(/private|380501234567/);
  });
});
