import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './openapi.js';

/** `operationId` → `METHOD /path`: what generated clients call, and so what may not move in silence. */
export type OperationsLock = Readonly<Record<string, string>>;

export const operationsLockOf = (document: Pick<OpenAPIObject, 'paths'>): OperationsLock =>
  Object.fromEntries(
    [...operationsOf(document)]
      .map(({ path, method, operation }) => [operation.operationId ?? '', `${method.toUpperCase()} ${path}`])
      .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)),
  ) as OperationsLock;

/** The locked operations that are gone or elsewhere, each with what to do about it. */
export const lostOperations = (locked: OperationsLock, now: OperationsLock): string[] =>
  Object.entries(locked).flatMap(([id, route]) =>
    now[id] === route
      ? []
      : [
          `${id} was ${route}, is ${now[id] ?? 'gone'}: restore it, or, if clients may break, ` +
            'run "npm run openapi -- --accept" and commit openapi/operations.lock.json',
        ],
  );
