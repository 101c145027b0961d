import { stringify } from 'csv-stringify/sync';
import type { AuditEntry } from './audit-record.js';

export type ExportFormat = 'jsonl' | 'csv';

/** An entry as it stands in an export: all that its hash and MAC are over, and both. Buffers in hex. */
export type ExportedEntry = Omit<AuditEntry, 'prevHash' | 'prevMac' | 'hash' | 'mac'> &
  Record<'prevHash' | 'prevMac' | 'hash' | 'mac', string>;

/** The columns of the CSV; `record` is the whole entry as JSON, which the verifier reads. The others are for people. */
const COLUMNS = [
  'seq',
  'at',
  'kind',
  'action',
  'operation',
  'actorKind',
  'actorId',
  'subjectType',
  'subjectId',
  'before',
  'after',
  'facts',
  'requestId',
  'address',
  'userAgent',
  'record',
] as const;

export const exported = (entry: AuditEntry): ExportedEntry => ({
  ...entry,
  prevHash: entry.prevHash.toString('hex'),
  prevMac: entry.prevMac.toString('hex'),
  hash: entry.hash.toString('hex'),
  mac: entry.mac.toString('hex'),
});

export const imported = (entry: ExportedEntry): AuditEntry => ({
  ...entry,
  prevHash: Buffer.from(entry.prevHash, 'hex'),
  prevMac: Buffer.from(entry.prevMac, 'hex'),
  hash: Buffer.from(entry.hash, 'hex'),
  mac: Buffer.from(entry.mac, 'hex'),
});

/** Lines of an export, each ended by a line feed. In CSV no cell starts a formula of a spreadsheet. */
export const linesOf = (entries: readonly AuditEntry[], format: ExportFormat): string => {
  const rows = entries.map(exported);
  if (format === 'jsonl') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return csv(rows.map((row) => COLUMNS.map((name) => (name === 'record' ? JSON.stringify(row) : row[name]))));
};

export const headOf = (format: ExportFormat): string => (format === 'jsonl' ? '' : csv([[...COLUMNS]]));

const csv = (rows: readonly unknown[][]): string => stringify([...rows], { escape_formulas: true });
