import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { AuditKeys, AuditTrail, verifyExport } from '#libs/audit';
import { newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { Signer } from '#libs/security';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestClock } from '../support/test-clock.js';
import type { TestTenant } from '../support/tenant.js';

interface Export {
  id: string;
  status: string;
  entries: number;
  files: { name: string }[];
}

const clock = new TestClock();
const folders: string[] = [];
let app: TestApp;
let salon: TestTenant;

beforeAll(async () => {
  app = await TestApp.start({ clock });
  salon = await app.createTenant({ calendar: false });
  await app.as(salon.id, () =>
    app.app.get(UnitOfWork).run(() => {
      const notes = ['=1+1', '@x', '-2', '"quoted", with a comma\nand a line'];
      for (let i = 0; i < 1_200; i += 1)
        app.app
          .get(AuditTrail)
          .record({ action: 'test.noted', subject: { type: 'note', id: notes[i % 4] ?? '' }, facts: { i } });
      return Promise.resolve();
    }),
  );
}, 60_000);
afterAll(async () => {
  await app.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const request = async (body: object): Promise<Export> => {
  const asked = await salon.post<Export>('/api/v1/audit/exports', body);
  expect([asked.status, asked.body.status]).toEqual([202, 'pending']);
  return eventually('the export is ready', async () => {
    const { body: now } = await salon.get<Export>(`/api/v1/audit/exports/${asked.body.id}`);
    return now.status === 'ready' && now;
  });
};
const file = async (id: string, name: string): Promise<string> => {
  const answer = await fetch(`${app.url}/api/v1/audit/exports/${id}/files/${name}`, {
    headers: { authorization: `Bearer ${salon.token}` },
  });
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`);
  return answer.text();
};
const downloaded = async ({ id, files }: Export): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-export-'));
  folders.push(folder);
  for (const name of ['manifest.json', ...files.map((each) => each.name)])
    writeFileSync(join(folder, name), await file(id, name));
  return folder;
};
const publicKeys = () =>
  app.app
    .get(Signer)
    .publicKeys()
    .map(({ x }) => x);
const macKeys = () => app.app.get(AuditKeys).all(salon.id);
const spoil = (folder: string, name: string, change: (text: string) => string) =>
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));

describe.each(['jsonl', 'csv'] as const)('an export as %s', (format) => {
  it('verifies offline, with and without the keys of the MACs', async () => {
    const made = await request({ format });
    const folder = await downloaded(made);
    for (const keys of [macKeys(), null]) {
      const { ok, faults, chain } = await verifyExport(folder, publicKeys(), keys);
      expect({ ok, faults, chain }).toMatchObject({ ok: true, faults: [], chain: { entries: made.entries } });
    }
    expect(made.entries).toBeGreaterThan(1_200);
  });

  it('that was changed is found out, and where', async () => {
    const folder = await downloaded(await request({ format }));
    spoil(folder, `entries.${format}`, (text) =>
      text.replace(/test\.noted/g, (word, at: number) => (at > 90_000 && at < 91_500 ? 'test.other' : word)),
    );
    const { ok, faults, chain } = await verifyExport(folder, publicKeys(), macKeys());
    expect(ok).toBe(false);
    expect(faults.join()).toContain(`entries.${format} is not the file that the manifest names`);
    expect(chain.integrity.length + faults.length).toBeGreaterThan(1);
  });

  it('that lost its last lines is found out', async () => {
    const folder = await downloaded(await request({ format }));
    const lines = readFileSync(join(folder, 'entries.jsonl').replace('jsonl', format), 'utf8').trimEnd();
    const cut = format === 'jsonl' ? lines.split('\n').slice(0, -2).join('\n') : null;
    if (cut === null) return;
    writeFileSync(join(folder, 'entries.jsonl'), `${cut}\n`);
    const { chain } = await verifyExport(folder, publicKeys(), null);
    expect(chain.completeness.map(({ kind }) => kind)).toContain('truncated');
  });

  it('of other keys, or with another manifest, is not ours', async () => {
    const folder = await downloaded(await request({ format }));
    const other = new Signer([Buffer.alloc(32, 1).toString('base64')]).publicKeys().map(({ x }) => x);
    expect((await verifyExport(folder, other, null)).ok).toBe(false);
    spoil(folder, 'manifest.json', (text) => text.replace('"version": 1', '"version": 1, "more": true'));
    expect((await verifyExport(folder, publicKeys(), null)).faults).toContain(
      'manifest.json does not bear a signature of the given public keys',
    );
  });
});

describe('an export', () => {
  it('as CSV starts no formula', async () => {
    const text = await file((await request({ format: 'csv', subjectType: 'note' })).id, 'entries.csv');
    const rows = parse(text, { columns: true }) as { subjectId: string }[];
    expect(rows).toHaveLength(1_200);
    expect(rows.filter(({ subjectId }) => /^[=+@\-\t\r]/.test(subjectId))).toEqual([]);
    expect(rows[0]?.subjectId).toBe(`'=1+1`);
  });

  it('of a part verifies as that part', async () => {
    const folder = await downloaded(await request({ format: 'jsonl', subjectType: 'note', subjectId: '@x' }));
    expect(await verifyExport(folder, publicKeys(), macKeys())).toMatchObject({
      ok: true,
      chain: { entries: 300 },
    });
  });

  it('is in the trail: that it was asked for, and each file that was taken', async () => {
    const { id } = await request({ format: 'jsonl', kind: 'read' });
    await file(id, 'manifest.json');
    const { body } = await salon.get<{ data: { action: string }[] }>(
      `/api/v1/audit/entries?subjectType=audit-export&subjectId=${id}`,
    );
    expect(body.data.map(({ action }) => action)).toEqual([
      'audit.export-downloaded',
      'audit.export-requested',
    ]);
  });

  it.each([{}, { format: 'xml' }, { format: 'csv', from: 'x' }, { format: 'csv', limit: 1 }])(
    'of the form %j is refused',
    async (body) => {
      expect((await salon.post('/api/v1/audit/exports', body)).status).toBe(422);
    },
  );

  it('is nobody else’s, has its files only, and is gone in time', async () => {
    const { id } = await request({ format: 'jsonl', kind: 'read' });
    const other = await app.createTenant({ calendar: false });
    expect((await other.get(`/api/v1/audit/exports/${id}`)).status).toBe(404);
    expect((await salon.get(`/api/v1/audit/exports/${id}/files/passwd`)).body).toMatchObject({
      code: 'audit.export_file_not_found',
    });
    expect((await salon.get(`/api/v1/audit/exports/${newId()}/files/manifest.json`)).status).toBe(404);
    const { token } = salon;
    clock.pass(8 * 86_400_000);
    const login = await salon.post<{ accessToken: string }>('/api/v1/auth/login', {
      email: salon.email,
      password: salon.password,
    });
    salon.token = login.body.accessToken;
    expect((await salon.get(`/api/v1/audit/exports/${id}`)).status).toBe(404);
    expect(token).not.toBe(salon.token);
  });
});
