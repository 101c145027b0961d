import { parseArgs } from 'node:util';
import { AuditKeys, verifyExport } from '#libs/audit';
import { settingsOfProcess } from '#libs/config';
import { isId } from '#libs/kernel';

type Say = (line: string) => void;

const USAGE =
  'Usage: audit-verify <folder> --public-key <x> [--public-key <x> ...] [--key <id>:<base64> ...]';

/** Checks an export without a database. Throws, and so ends with 1, when anything is wrong. */
export const auditVerify = async (args: readonly string[], say: Say): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'public-key': { type: 'string', multiple: true },
      key: { type: 'string', multiple: true },
    },
  });
  const [folder] = positionals;
  const publicKeys = values['public-key'] ?? [];
  if (folder === undefined || publicKeys.length === 0) throw new Error(USAGE);
  const keys = (values.key ?? []).map((text): [string, Buffer] => {
    const [id = '', key = ''] = text.split(':');
    return [id, Buffer.from(key, 'base64')];
  });
  const { faults, chain, ok } = await verifyExport(
    folder,
    publicKeys,
    keys.length > 0 ? new Map(keys) : null,
  );
  say(
    `${chain.entries} entries, ${chain.firstSequence ?? '-'} to ${chain.lastSequence ?? '-'}, against ${chain.heads} signed heads.`,
  );
  say(
    keys.length > 0
      ? 'MACs and public hashes were checked.'
      : 'Without --key only public hashes were checked: a chain that was rewritten before its head was signed looks whole.',
  );
  for (const fault of faults) say(`  files: ${fault}`);
  for (const fault of chain.integrity)
    say(`  integrity: ${fault.kind} ${fault.fromSequence}-${fault.toSequence}: ${fault.detail}`);
  for (const fault of chain.completeness)
    say(`  completeness: ${fault.kind} ${fault.fromSequence}-${fault.toSequence}: ${fault.detail}`);
  if (!ok) throw new Error('The export is not what was written.');
  say('The export is whole.');
};

/** For a business's auditor: the keys of its MACs, and of nobody else's. */
export const auditKey = ([tenantId]: readonly string[], say: Say): Promise<void> => {
  if (!isId(tenantId)) throw new Error('Usage: audit-key <tenant id>');
  for (const [id, key] of new AuditKeys(settingsOfProcess()).all(tenantId))
    say(`${id}:${key.toString('base64')}`);
  return Promise.resolve();
};
