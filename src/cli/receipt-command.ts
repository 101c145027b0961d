import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Receipt, verifyReceipt } from '#libs/privacy';
import type { Say } from './generated.js';

const USAGE = 'Usage: receipt-verify <file> --public-key <x> [--public-key <x> ...] [--export <file>]';

/**
 * Checks the signed receipt of an export or erasure without a database: its signature by public keys that were noted down before
 * (`x` of GET /api/v1/privacy/receipt-keys), and with `--export` that a document is the one which it is about. Throws, and so ends
 * with 1, when anything is wrong.
 */
export const receiptVerify = async (args: readonly string[], say: Say): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'public-key': { type: 'string', multiple: true }, export: { type: 'string' } },
  });
  const [file, ...more] = positionals;
  const publicKeys = values['public-key'] ?? [];
  if (file === undefined || more.length > 0 || publicKeys.length === 0) throw new Error(USAGE);
  const document = parsed(await readFile(file, 'utf8'));
  if (
    !verifyReceipt(
      document,
      publicKeys.map((x) => ({ x })),
    )
  )
    throw new Error('This is not a receipt that one of the given public keys has signed.');
  // Only of what was signed: of another file nothing is to be repeated.
  for (const line of toldOf(document)) say(line);
  if (values.export !== undefined) {
    if (document.exportSha256 === null) throw new Error('The receipt is of no export.');
    if ((await sha256Of(values.export)) !== document.exportSha256)
      throw new Error('The document is not the one that the receipt is about.');
    say('The document is the one that the receipt is about.');
  }
  say('The receipt is what was signed.');
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The file is not JSON.');
  }
};

const toldOf = ({ kind, state, subject, requestId, tenantId, ...rest }: Receipt): string[] => [
  `Request ${requestId} of business ${tenantId}: ${kind}, ${state}.`,
  `About ${subject}; asked ${rest.requestedAt}, due ${rest.dueBy}, finished ${rest.finishedAt}.`,
  ...rest.stores.map(
    ({ store, what, records, reason }) =>
      `  ${store}: ${what ?? '-'}, ${records} records${reason === null ? '' : ` (${reason})`}`,
  ),
];

const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};
