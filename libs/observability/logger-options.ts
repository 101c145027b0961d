import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  stdTimeFunctions,
  destination as openDestination,
  type DestinationStream,
  type LoggerOptions,
} from 'pino';
import type { Settings } from '#libs/config';
import { findContext } from '#libs/kernel';
import { redact, scrubText } from './redaction.js';

/** `stdout`, or the path of the file. `auto` is a file on embedded engines, where the terminal is a person's. */
export const logDestination = (settings: Pick<Settings, 'log' | 'process'>, embedded: boolean): string => {
  const { destination } = settings.log;
  if (destination !== 'auto') return destination === 'stdout' ? destination : resolve(destination);
  return embedded ? resolve(join(settings.process.dataDir, 'logs', 'frontdesk.log')) : 'stdout';
};

/** Lines are written at once, so that a crash loses none. */
export const openLog = (target: string): DestinationStream => {
  if (target === 'stdout') return openDestination({ dest: 1, sync: true });
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  return openDestination({ dest: target, sync: true, append: true, mode: 0o600 });
};

/** JSON lines with the level's name, an ISO time, and the trace, tenant and actor of the work in hand. */
export const loggerOptions = (settings: Pick<Settings, 'log' | 'process'>): LoggerOptions => ({
  level: settings.log.level,
  base: { role: settings.process.role, pid: process.pid },
  timestamp: stdTimeFunctions.isoTime,
  messageKey: 'message',
  formatters: {
    level: (level) => ({ level }),
    log: (line) => redact(line) as Record<string, unknown>,
  },
  // The default serialiser would log a driver's error with its bound values; `redact` has described it by then.
  serializers: { err: (error: unknown) => (error instanceof Error ? redact(error) : error) },
  mixin: () => {
    const context = findContext();
    if (!context) return {};
    return { traceId: context.traceId, tenantId: context.tenantId, actor: context.actor.kind };
  },
  hooks: {
    logMethod(args, method) {
      method.apply(
        this,
        args.map((arg: unknown) => (typeof arg === 'string' ? scrubText(arg) : arg)) as typeof args,
      );
    },
  },
});
