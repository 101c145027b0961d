/**
 * SQLSTATEs of class 22 (PostgreSQL, appendix A) that a value causes, not a statement: text too long, number or date out
 * of range, characters or JSON that the database cannot hold.
 */
const SQLSTATES = new Set([
  '22001',
  '22003',
  '22007',
  '22008',
  '22009',
  '22021',
  '22023',
  '22P02',
  '22P03',
  '22P05',
]);

/** Whether the database could not hold a value that came in, however deep the error is wrapped. */
export const isDataException = (error: unknown, depth = 0): boolean => {
  if (!(error instanceof Error) || depth > 4) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && SQLSTATES.has(code)) return true;
  return [error.cause, driverError].some((inner) => inner !== error && isDataException(inner, depth + 1));
};
