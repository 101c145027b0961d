import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
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
  const { manifest, signature } = JSON.parse(
    await readFile(join(folder, 'manifest.json'), 'utf8'),
  ) as SignedManifest;
  const keys = publicKeys.map((x) => ({ x }));
  const faults: string[] = [];
  if (!publicKeys.some((x) => verifySignature(manifestBytes(manifest), signature, x)))
    faults.push('manifest.json does not bear a signature of the given public keys');
  for (const file of manifest.files) faults.push(...(await fileFaults(folder, file)));

  const heads = await readHeads(join(folder, 'heads.jsonl'));
  if (!heads.some((head) => head.signature === manifest.head.signature)) heads.push(manifest.head);
  const selected = Object.keys(manifest.filter).length > 0;
  const verifier = new ChainVerifier({
    keys: macKeys,
    selected,
    heads,
    headHolds: (head) => head.tenantId === manifest.tenantId && headHolds(head, keys),
  });
  let count = 0;
  for await (const { entry, line } of readEntries(folder, manifest.format)) {
    count += 1;
    const read = imported({ ...entry, tenantId: manifest.tenantId });
    verifier.add(read);
    if (line !== linesOf([read], manifest.format).trimEnd())
      faults.push(`the line of entry ${entry.seq} says otherwise than its record`);
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

const readHeads = async (path: string): Promise<SignedHead[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SignedHead);
};

const readEntries = async function* (
  folder: string,
  format: 'jsonl' | 'csv',
): AsyncGenerator<{ entry: ExportedEntry; line: string }> {
  const input = createReadStream(join(folder, `entries.${format}`));
  if (format === 'jsonl') {
    for await (const line of createInterface({ input, crlfDelay: Infinity }))
      yield { entry: JSON.parse(line) as ExportedEntry, line };
    return;
  }
  const rows = input.pipe(parse({ columns: true, raw: true, relax_column_count: true }));
  for await (const { record, raw } of rows as AsyncIterable<{ record: { record: string }; raw: string }>)
    yield { entry: JSON.parse(record.record) as ExportedEntry, line: raw.trimEnd() };
};
