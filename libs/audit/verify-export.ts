import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { verifySignature } from '#libs/security';
import { type ExportedEntry, imported, linesOf } from './export-file.js';
import { type ManifestFile, manifestBytes, type SignedManifest } from './export-manifest.js';
import type { ChainReport } from './chain-report.js';
import { ChainVerifier } from './chain-verifier.js';
import { headHolds, type SignedHead } from './signed-head.js';

export interface ExportVerdict {
  /** What is wrong with files and signatures, in words; empty when nothing is. */
  readonly faults: readonly string[];
  readonly chain: ChainReport;
  readonly ok: boolean;
}

/**
 * Checks an export in a folder, without a database: files against the manifest, signatures of manifest and heads by public keys from
 * elsewhere, the public chain, and with the tenant's audit keys the MACs.
 *
 * @param publicKeys `x` of GET /api/v1/audit/keys, noted down before.
 * @param macKeys by key id, of `cli audit-key`; null where the auditor has none.
 */
export const verifyExport = async (
  folder: string,
  publicKeys: readonly string[],
  macKeys: ReadonlyMap<string, Buffer> | null,
): Promise<ExportVerdict> => {
  const { manifest, signature } = await readManifest(folder);
  const keys = publicKeys.map((x) => ({ x }));
  const faults: string[] = [];
  if (!publicKeys.some((x) => verifySignature(manifestBytes(manifest), signature, x)))
    faults.push('manifest.json does not bear a signature of the given public keys');
  for (const file of manifest.files) faults.push(...(await fileFaults(folder, file)));

  const heads = await readHeads(join(folder, 'heads.jsonl'), faults);
  if (!heads.some((head) => head.signature === manifest.head.signature)) heads.push(manifest.head);
  const selected = Object.keys(manifest.filter).length > 0;
  const verifier = new ChainVerifier({
    keys: macKeys,
    selected,
    heads,
    headHolds: (head) => head.tenantId === manifest.tenantId && headHolds(head, keys),
  });
  let count = 0;
  const file = `entries.${manifest.format}`;
  try {
    for await (const { record, line, number } of readEntries(join(folder, file), manifest.format)) {
      const entry = entryOf(record);
      if (entry === null) {
        faults.push(`line ${number} of ${file} is no entry`);
        continue;
      }
      count += 1;
      const read = imported({ ...entry, tenantId: manifest.tenantId });
      verifier.add(read);
      if (line !== linesOf([read], manifest.format).trimEnd())
        faults.push(`the line of entry ${entry.seq} says otherwise than its record`);
    }
  } catch (error) {
    faults.push(
      `${file} cannot be read to its end: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
  if (count !== manifest.entries) faults.push(`${count} entries where the manifest says ${manifest.entries}`);
  const { head } = manifest;
  const end = {
    seq: head.sequence,
    hash: Buffer.from(head.hash, 'hex'),
    mac: Buffer.from(head.mac, 'hex'),
  };
  const chain = verifier.finish(selected ? null : end);
  return {
    faults,
    chain,
    ok: faults.length + chain.integrity.length + chain.completeness.length === 0,
  };
};

const fileFaults = async (folder: string, file: ManifestFile): Promise<string[]> => {
  const path = join(folder, file.name);
  const found = await stat(path).catch(() => null);
  if (!found) return [`${file.name} is missing`];
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  if (found.size === file.bytes && hash.digest('hex') === file.sha256) return [];
  return [`${file.name} is not the file that the manifest names`];
};

/** Throws where there is none, or what is there is none of ours: then there is nothing to hold the files against. */
const readManifest = async (folder: string): Promise<SignedManifest> => {
  const read = parsed(await readFile(join(folder, 'manifest.json'), 'utf8'));
  if (!isRecord(read) || !isRecord(read['manifest']) || !isRecord(read['signature']))
    throw new Error('manifest.json is no manifest of an export.');
  const { format, files, filter, head, tenantId } = read['manifest'];
  const known =
    (format === 'jsonl' || format === 'csv') &&
    Array.isArray(files) &&
    files.every((file) => isRecord(file) && typeof file['name'] === 'string') &&
    isRecord(filter) &&
    isHead(head) &&
    typeof tenantId === 'string';
  if (!known) throw new Error('manifest.json is no manifest of an export.');
  return read as unknown as SignedManifest;
};

const readHeads = async (path: string, faults: string[]): Promise<SignedHead[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  const heads: SignedHead[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const head = line === '' ? undefined : parsed(line);
    if (isHead(head)) heads.push(head);
    else if (line !== '') faults.push(`line ${index + 1} of heads.jsonl is no head`);
  }
  return heads;
};

interface Line {
  /** The entry as JSON. */
  readonly record: string;
  readonly line: string;
  readonly number: number;
}

const readEntries = async function* (path: string, format: 'jsonl' | 'csv'): AsyncGenerator<Line> {
  // Waited for here: what is read from a stream that never opened would end the process.
  const input = (await open(path)).createReadStream();
  let number = 0;
  if (format === 'jsonl') {
    for await (const line of createInterface({ input, crlfDelay: Infinity }))
      yield { record: line, line, number: (number += 1) };
    return;
  }
  const rows = input.pipe(parse({ columns: true, raw: true, relax_column_count: true }));
  for await (const { record, raw } of rows as AsyncIterable<{ record: { record?: string }; raw: string }>)
    yield { record: record.record ?? '', line: raw.trimEnd(), number: (number += 1) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isHead = (value: unknown): value is SignedHead =>
  isRecord(value) &&
  Number.isSafeInteger(value['number']) &&
  Number.isSafeInteger(value['sequence']) &&
  ['tenantId', 'hash', 'mac', 'at', 'keyId', 'signature'].every((name) => typeof value[name] === 'string');

const ALWAYS = ['id', 'at', 'kind', 'action', 'operation', 'actorKind', 'actorId', 'traceId', 'keyId'];
const OR_NULL = ['subjectType', 'subjectId', 'before', 'after', 'facts', 'requestId', 'address', 'userAgent'];
const LINKS = ['prevHash', 'prevMac', 'hash', 'mac'];

/** Null for what is no entry, however it came there. */
const entryOf = (text: string): ExportedEntry | null => {
  const read = parsed(text);
  const known =
    isRecord(read) &&
    Number.isSafeInteger(read['seq']) &&
    ALWAYS.every((name) => typeof read[name] === 'string') &&
    OR_NULL.every((name) => read[name] === null || typeof read[name] === 'string') &&
    LINKS.every((name) => /^[\da-f]{64}$/.test(String(read[name])));
  return known ? (read as unknown as ExportedEntry) : null;
};
