import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditTrail } from '#libs/audit';
import { UnitOfWork } from '#libs/persistence';
import { Signer } from '#libs/security';
import { TestApp } from '../support/app.js';
import { type CliAnswer, ensureBuilt, runCli } from '../support/cli.js';
import { idle, newCustomer, threadOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';

const folders: string[] = [];
let app: TestApp;
let salon: TestTenant;
let publicKey: string;
/** The public key of somebody else. */
const stranger = new Signer([Buffer.alloc(32, 1).toString('base64')]).publicKeys()[0]!.x;

beforeAll(async () => {
  await ensureBuilt();
  app = await TestApp.start();
  salon = await app.createTenant();
  publicKey = app.app.get(Signer).publicKeys()[0]!.x;
}, 180_000);
afterAll(async () => {
  await app?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-verify-'));
  folders.push(folder);
  return folder;
};
const download = async (path: string): Promise<string> => {
  const answer = await fetch(`${app.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${salon.token}` },
  });
  expect(answer.status).toBe(200);
  return answer.text();
};
const spoil = (file: string, change: (text: string) => string): void => {
  const text = readFileSync(file, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
};
const linesOf = ({ output }: CliAnswer): string[] => output.trimEnd().split('\n');

describe('cli audit-verify', () => {
  let keys: string[];
  let entries: number;
  let folder: string;
  const verify = (more: readonly string[] = []): Promise<CliAnswer> =>
    runCli(['audit-verify', folder, '--public-key', publicKey, ...more]);
  const withKeys = () => keys.flatMap((key) => ['--key', key]);

  beforeAll(async () => {
    await app.as(salon.id, () =>
      app.app.get(UnitOfWork).run(() => {
        for (let i = 0; i < 30; i += 1)
          app.app.get(AuditTrail).record({ action: 'test.noted', facts: { i } });
        return Promise.resolve();
      }),
    );
    await salon.post('/api/v1/audit/heads');
    const told = await runCli(['audit-key', salon.id], { AUDIT_KEY: app.settings.audit.key ?? '' });
    expect(told.code).toBe(0);
    keys = linesOf(told);
  }, 60_000);
  beforeEach(async () => {
    folder = newFolder();
    const { body: asked } = await salon.post<{ id: string }>('/api/v1/audit/exports', { format: 'jsonl' });
    const { files } = await eventually('the export is ready', async () => {
      const { body } = await salon.get<{ status: string; entries: number; files: { name: string }[] }>(
        `/api/v1/audit/exports/${asked.id}`,
      );
      entries = body.entries;
      return body.status === 'ready' && body;
    });
    for (const name of ['manifest.json', ...files.map((each) => each.name)])
      writeFileSync(join(folder, name), await download(`/audit/exports/${asked.id}/files/${name}`));
  });

  it('ends with 0 for an export that nobody touched, with and without the keys of the MACs', async () => {
    const [plain, full] = [await verify(), await verify(withKeys())];
    expect([plain.code, full.code]).toEqual([0, 0]);
    expect(linesOf(full)).toEqual([
      expect.stringMatching(
        new RegExp(`^${entries} entries, 1 to ${entries}, against [1-9]\\d* signed heads\\.$`),
      ),
      'MACs and public hashes were checked.',
      'The export is whole.',
    ]);
    expect(plain.output).toContain('Without --key only public hashes were checked');
  });

  it('ends with 1 and says where an entry was changed', async () => {
    spoil(join(folder, 'entries.jsonl'), (text) => text.replace('{\\"i\\":7}', '{\\"i\\":8}'));
    const line = readFileSync(join(folder, 'entries.jsonl'), 'utf8')
      .split('\n')
      .findLast((each) => each.includes('{\\"i\\":8}'));
    expect(line).toBeDefined();
    for (const more of [[], withKeys()]) {
      const answer = await verify(more);
      expect(answer.code).toBe(1);
      expect(answer.output).toContain('files: entries.jsonl is not the file that the manifest names');
      expect(answer.output).toMatch(/integrity: changed (\d+)-\1: Its content/);
      expect(linesOf(answer).at(-1)).toBe('The export is not what was written.');
    }
  });

  it.each([
    ['end', (lines: string[]) => lines.slice(0, -3), 'completeness: truncated'],
    ['beginning', (lines: string[]) => lines.slice(3), 'completeness: missing 1-3'],
    ['middle', (lines: string[]) => lines.toSpliced(5, 2), 'completeness: missing 6-7'],
  ])('ends with 1 and says what was cut off at the %s', async (_where, cut, found) => {
    spoil(join(folder, 'entries.jsonl'), (text) => `${cut(text.trimEnd().split('\n')).join('\n')}\n`);
    const answer = await verify(withKeys());
    expect(answer.code).toBe(1);
    expect(answer.output).toContain(found);
    expect(answer.output).toMatch(/files: \d+ entries where the manifest says \d+/);
  });

  it('ends with 1 for a manifest that was changed to fit, and for the keys of somebody else', async () => {
    expect((await runCli(['audit-verify', folder, '--public-key', stranger])).output).toContain(
      'manifest.json does not bear a signature of the given public keys',
    );
    spoil(join(folder, 'entries.jsonl'), (text) => `${text.trimEnd().split('\n').slice(0, -3).join('\n')}\n`);
    spoil(join(folder, 'manifest.json'), (text) =>
      text.replace(/"entries":( ?)\d+/, (_all, space: string) => `"entries":${space}${entries - 3}`),
    );
    const answer = await verify();
    expect(answer.code).toBe(1);
    expect(answer.output).toContain('manifest.json does not bear a signature of the given public keys');
  });

  it.each([
    [
      'entries.jsonl',
      (lines: string[]) => lines.with(2, '{oops'),
      'files: line 3 of entries.jsonl is no entry',
    ],
    ['entries.jsonl', (lines: string[]) => lines.with(2, '{}'), 'completeness: missing 3-3'],
    [
      'entries.jsonl',
      (lines: string[]) => lines.with(2, 'null'),
      'files: line 3 of entries.jsonl is no entry',
    ],
    ['heads.jsonl', () => ['{"number":1}'], 'files: line 1 of heads.jsonl is no head'],
    ['manifest.json', () => ['{}'], 'manifest.json is no manifest of an export.'],
    ['manifest.json', () => ['junk'], 'manifest.json is no manifest of an export.'],
  ])('ends with 1 and says where %s cannot be read', async (file, change, found) => {
    spoil(join(folder, file), (text) => `${change(text.trimEnd().split('\n')).join('\n')}\n`);
    const answer = await verify(withKeys());
    expect([answer.code, answer.output.includes(found), answer.output]).toEqual([1, true, answer.output]);
  });

  it('ends with 1 for a file that is not there, after all that can be said of the others', async () => {
    rmSync(join(folder, 'entries.jsonl'));
    const answer = await verify();
    expect(answer.code).toBe(1);
    expect(answer.output).toContain('files: entries.jsonl is missing');
    expect(answer.output).toContain('completeness: truncated 1-');
  });

  it('says how it is used, and that there is nothing to read', async () => {
    const [without, nowhere] = [
      await runCli(['audit-verify', folder]),
      await runCli(['audit-verify', join(folder, 'none'), '--public-key', publicKey]),
    ];
    expect([without.code, nowhere.code]).toEqual([1, 1]);
    expect(without.output).toContain('Usage: audit-verify <folder> --public-key <x>');
    expect(nowhere.output).toContain('no such file or directory');
  });
});

describe('cli receipt-verify', () => {
  let exported: { receipt: string; document: string; requestId: string };
  let erased: { receipt: string; requestId: string };
  let folder: string;

  const carriedOut = async (kind: 'export' | 'erasure', phone: string): Promise<string> => {
    const { body } = await salon.post<{ id: string }>('/api/v1/privacy/requests', {
      kind,
      subject: { phone: `+${phone}` },
      reason: 'They asked',
    });
    await eventually(`the ${kind} is done`, async () => {
      const now = await salon.get(`/api/v1/privacy/requests/${body.id}`);
      return now.body['state'] === 'completed';
    });
    return body.id;
  };
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const verify = (receipt: string, more: readonly string[] = [], key = publicKey): Promise<CliAnswer> =>
    runCli(['receipt-verify', file('receipt.json', receipt), '--public-key', key, ...more]);

  beforeAll(async () => {
    const from = newCustomer();
    await salon.whatsapp(from, 'My canary sings', { name: 'Canaria Receipt' });
    await threadOf(salon, from);
    await idle(app, salon);
    const first = await carriedOut('export', from);
    exported = {
      requestId: first,
      receipt: await download(`/privacy/requests/${first}/receipt`),
      document: await download(`/privacy/requests/${first}/export`),
    };
    const second = await carriedOut('erasure', from);
    erased = { requestId: second, receipt: await download(`/privacy/requests/${second}/receipt`) };
  }, 60_000);
  beforeEach(() => {
    folder = newFolder();
  });

  it('ends with 0 for the receipt of an erasure, and says what it is of', async () => {
    const answer = await verify(erased.receipt);
    expect(answer.code).toBe(0);
    const lines = linesOf(answer);
    expect(lines[0]).toBe(`Request ${erased.requestId} of business ${salon.id}: erasure, completed.`);
    expect(lines[1]).toMatch(/^About [\w-]+; asked \S+Z, due \S+Z, finished \S+Z\.$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}conversations\.messages: \w+, [1-9]\d* records/),
    );
    expect(lines.at(-1)).toBe('The receipt is what was signed.');
    const laidOutOtherwise = JSON.stringify(JSON.parse(erased.receipt), null, 2);
    expect((await verify(laidOutOtherwise)).code).toBe(0);
  });

  it('checks that a document is the one of the receipt', async () => {
    const whole = await verify(exported.receipt, ['--export', file('document.json', exported.document)]);
    expect([whole.code, linesOf(whole).slice(-2)]).toEqual([
      0,
      ['The document is the one that the receipt is about.', 'The receipt is what was signed.'],
    ]);
    const other = exported.document.replace('canary', 'parrot');
    expect(other).not.toBe(exported.document);
    const changed = await verify(exported.receipt, ['--export', file('document.json', other)]);
    expect([changed.code, linesOf(changed).at(-1)]).toEqual([
      1,
      'The document is not the one that the receipt is about.',
    ]);
    const none = await verify(erased.receipt, ['--export', file('document.json', exported.document)]);
    expect([none.code, linesOf(none).at(-1)]).toEqual([1, 'The receipt is of no export.']);
  });

  it('ends with 1, and repeats nothing, for a receipt that was changed', async () => {
    const forged = erased.receipt.replace('"completed"', '"cancelled"');
    expect(forged).not.toBe(erased.receipt);
    const answer = await verify(forged);
    expect([answer.code, linesOf(answer)]).toEqual([
      1,
      ['This is not a receipt that one of the given public keys has signed.'],
    ]);
  });

  it('ends with 1 for the keys of somebody else, and with 0 when one of several has signed', async () => {
    expect((await verify(erased.receipt, [], stranger)).code).toBe(1);
    expect((await verify(erased.receipt, ['--public-key', publicKey], stranger)).code).toBe(0);
  });

  it('says how it is used, and what it cannot read', async () => {
    const answers = [
      await runCli(['receipt-verify']),
      await runCli(['receipt-verify', file('receipt.json', erased.receipt)]),
      await verify('no json'),
      await runCli(['receipt-verify', join(folder, 'none'), '--public-key', publicKey]),
    ];
    expect(answers.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(answers.map((answer) => linesOf(answer).at(-1))).toEqual([
      expect.stringContaining('Usage: receipt-verify <file> --public-key <x>'),
      expect.stringContaining('Usage: receipt-verify <file> --public-key <x>'),
      'The file is not JSON.',
      expect.stringContaining('no such file or directory'),
    ]);
  });
});
