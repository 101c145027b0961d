import { AsyncLocalStorage } from 'node:async_hooks';
import { isId } from './ids.js';

/** Whose threads and bookings somebody sees: those of these people and of these teams. */
export interface DataScope {
  readonly personIds: readonly string[];
  readonly teamIds: readonly string[];
}

export type Actor =
  /** Without a `dataScope` a person sees everybody's. */
  | { kind: 'user'; id: string; permissions: ReadonlySet<string>; dataScope?: DataScope }
  /** A program of the business's own. */
  | { kind: 'api-key'; id: string; permissions: ReadonlySet<string> }
  /** The AI assistant in a turn. */
  | { kind: 'assistant'; id: string }
  /** A job, a schedule, the CLI. */
  | { kind: 'system'; id: string };

/** The API request that work is done for. */
export interface RequestOrigin {
  readonly requestId: string;
  /** The operationId of the OpenAPI document. */
  readonly operation: string;
  /** The client's address, taken from X-Forwarded-For only when the settings trust the proxy. */
  readonly address: string;
  readonly userAgent: string | null;
}

/** Who acts, for which tenant, in which trace: carried by every request and every job. */
export interface WorkContext {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly traceId: string;
  /** Absent in jobs, schedules and the CLI. */
  readonly request?: RequestOrigin;
}

const storage = new AsyncLocalStorage<WorkContext>();

export const runInContext = <T>(context: WorkContext, work: () => T): T => {
  if (!isId(context.tenantId)) throw new TypeError('a work context needs the UUID of a tenant');
  return storage.run(context, work);
};

export const findContext = (): WorkContext | undefined => storage.getStore();

export const currentContext = (): WorkContext => {
  const context = storage.getStore();
  if (!context) throw new Error('no tenant in context: this code must run inside runInContext()');
  return context;
};

export const currentTenant = (): string => currentContext().tenantId;

/** Of the person who acts; null where everything of the tenant may be seen. */
export const currentDataScope = (): DataScope | null => {
  const { actor } = currentContext();
  return (actor.kind === 'user' ? actor.dataScope : undefined) ?? null;
};
