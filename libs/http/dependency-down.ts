const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/**
 * SQLSTATEs (PostgreSQL, appendix A) that a repeat may cure: 57P01-03 shutdown or start, 53300 too many connections,
 * 40001/40P01 serialisation and deadlock, 55P03 lock not available. Class 08 is a lost connection.
 */
const SQLSTATES = new Set(['57P01', '57P02', '57P03', '53300', '40001', '40P01', '55P03']);
/** node-pg, TypeORM (its connection died between two statements) and ioredis say these without a code. */
const MESSAGES = [
  'Connection terminated',
  'Query runner already released',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Connection is closed',
  'Reached the max retries per request limit',
  "Stream isn't writeable",
  'Command aborted due to connection close',
];
/** Error codes of a Redis that answers and cannot be used: it starts, is or follows a replica, is full, cannot save. */
const REDIS_REFUSES = /^(LOADING|READONLY|MASTERDOWN|OOM|MISCONF|EXECABORT) /;

/** Whether an error means that the database or Redis cannot be used at the moment, however deep it is wrapped. */
export const isDependencyDown = (error: unknown, depth = 0): boolean => {
  if (!(error instanceof Error) || depth > 4) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (NETWORK.has(code) || SQLSTATES.has(code) || /^08\w{3}$/.test(code)))
    return true;
  if (MESSAGES.some((text) => error.message.includes(text))) return true;
  if (error.name === 'ReplyError' && REDIS_REFUSES.test(error.message)) return true;
  const inner: unknown[] = [error.cause, (error as { driverError?: unknown }).driverError];
  if (error instanceof AggregateError) inner.push(...(error.errors as unknown[]));
  return inner.some((each) => each !== error && isDependencyDown(each, depth + 1));
};
