import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AuditEntry,
  AuditTrail,
  canonicalOf,
  hashOf,
  headBytes,
  headHolds,
  type SignedHead,
} from '#libs/audit';
import { Metrics } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { AuditSchedule } from '../../src/audit/application/schedule/audit-schedule.js';
import { auditOf, tamper } from '../support/audit.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';

interface Fault {
  kind: string;
  fromSequence: number;
  toSequence: number;
  head: number | null;
}
interface Verdict {
  integrity: { ok: boolean; faults: Fault[] };
  completeness: { ok: boolean; faults: Fault[] };
  entries: number;
  heads: number;
}

const folder = mkdtempSync(join(tmpdir(), 'audit-heads-'));
const headsFile = join(folder, 'heads.jsonl');
let app: TestApp;
let salon: TestTenant;

beforeAll(async () => {
  app = await TestApp.start({ env: { AUDIT_HEADS_PATH: headsFile } });
}, 60_000);
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

/** A trail of 12 entries at least, signed at 10; nothing is written to it from here on but by the test. */
beforeEach(async () => {
  salon = await app.createTenant({ calendar: false });
  await grow(10 - (await auditOf(app, salon.id)).length);
  await sign();
  await grow(2);
});

const grow = (count: number): Promise<void> =>
  app.as(salon.id, () =>
    app.app.get(UnitOfWork).run(() => {
      for (let i = 0; i < count; i += 1)
        app.app.get(AuditTrail).record({ action: 'test.noted', facts: { i } });
      return Promise.resolve();
    }),
  );
const sign = async (): Promise<SignedHead> =>
  (await salon.post<SignedHead & { id: string }>('/api/v1/audit/heads')).body;
const verify = async (heads?: object[]): Promise<Verdict> => {
  const { status, body } = await salon.post<Verdict>('/api/v1/audit/verify', heads ? { heads } : {});
  if (status !== 200) throw new Error(`verify answered ${status}: ${JSON.stringify(body)}`);
  return body;
};
/** `kind from-to` of each fault. */
const found = ({ integrity, completeness }: Verdict) => ({
  integrity: integrity.faults.map(told),
  completeness: completeness.faults.map(told),
});
const told = (fault: Fault) => `${fault.kind} ${fault.fromSequence}-${fault.toSequence}`;
const nothing: string[] = [];

describe('a trail that nobody touched', () => {
  it('is whole', async () => {
    const verdict = await verify();
    expect(verdict).toMatchObject({
      integrity: { ok: true },
      completeness: { ok: true },
      entries: 12,
      heads: 1,
    });
    // The verification itself was noted.
    expect((await verify()).entries).toBe(13);
  });

  it('signs its end once, by a key that everybody can see', async () => {
    const head = await sign();
    expect(head).toMatchObject({ number: 2, sequence: 12 });
    expect(await sign()).toEqual(head);
    const { keys } = (await salon.call<{ keys: { x: string }[] }>('GET', '/api/v1/audit/keys')).body;
    expect(headHolds(head, keys)).toBe(true);
    expect(headHolds({ ...head, sequence: 11 }, keys)).toBe(false);
    expect(headBytes(head).toString()).toContain('frontdesk.audit.head.v1');
  });
});

describe('who may change the database is found out when', () => {
  it.each([
    ['a fact', `facts = '{"i":99}'`],
    ['the actor', `actor_id = 'somebody else'`],
    ['the time', `at = at + interval '1 millisecond'`],
    ['the request', `address = '10.0.0.1'`],
    ['the operation', `operation = 'nothing'`],
    ['the MAC', `mac = decode(repeat('ab', 32), 'hex')`],
    ['the hash', `hash = decode(repeat('ab', 32), 'hex')`],
    ['what it was linked to', `prev_mac = decode(repeat('ab', 32), 'hex')`],
  ])('an entry is changed: %s', async (_what, change) => {
    await tamper(app, `UPDATE audit_entry SET ${change} WHERE tenant_id = $1 AND seq = 7`, [salon.id]);
    expect(found(await verify())).toEqual({ integrity: ['changed 7-7'], completeness: nothing });
  });

  it('an entry in the middle is deleted', async () => {
    await tamper(app, 'DELETE FROM audit_entry WHERE tenant_id = $1 AND seq = 7', [salon.id]);
    expect(found(await verify())).toEqual({ integrity: nothing, completeness: ['missing 7-7'] });
  });

  it('the beginning is deleted', async () => {
    await tamper(app, 'DELETE FROM audit_entry WHERE tenant_id = $1 AND seq <= 3', [salon.id]);
    expect(found(await verify())).toEqual({ integrity: nothing, completeness: ['missing 1-3'] });
  });

  it('an entry is deleted and those behind it move up', async () => {
    await tamper(app, 'DELETE FROM audit_entry WHERE tenant_id = $1 AND seq = 11', [salon.id]);
    await tamper(app, 'UPDATE audit_entry SET seq = 11 WHERE tenant_id = $1 AND seq = 12', [salon.id]);
    expect(found(await verify())).toEqual({
      integrity: ['changed 11-11'],
      completeness: ['truncated 12-12'],
    });
  });

  it('the tail is cut', async () => {
    await tamper(app, 'DELETE FROM audit_entry WHERE tenant_id = $1 AND seq > 10', [salon.id]);
    expect(found(await verify())).toEqual({ integrity: nothing, completeness: ['truncated 11-12'] });
  });

  it('the tail is cut and the end of the chain set back', async () => {
    await tamper(app, 'DELETE FROM audit_entry WHERE tenant_id = $1 AND seq > 8', [salon.id]);
    await tamper(
      app,
      `UPDATE audit_chain c SET seq = e.seq, hash = e.hash, mac = e.mac FROM audit_entry e
       WHERE c.tenant_id = $1 AND e.tenant_id = $1 AND e.seq = 8`,
      [salon.id],
    );
    expect(found(await verify())).toEqual({ integrity: nothing, completeness: ['truncated 9-10'] });
  });

  it('the end of the chain alone is set back', async () => {
    await tamper(app, 'UPDATE audit_chain SET seq = 9 WHERE tenant_id = $1', [salon.id]);
    expect(found(await verify())).toEqual({ integrity: ['end-changed 9-12'], completeness: nothing });
  });

  it('the chain is rewritten with all its public hashes', async () => {
    const entries = await auditOf(app, salon.id);
    await rewrite(entries, 5);
    const { integrity, completeness } = found(await verify());
    expect(integrity).toEqual(['changed 5-5']);
    expect(completeness).toEqual(['rewritten 1-10']);
  });

  it('two entries are swapped', async () => {
    const swap = (from: number, to: number) =>
      tamper(app, 'UPDATE audit_entry SET seq = $3 WHERE tenant_id = $1 AND seq = $2', [salon.id, from, to]);
    await swap(4, 1_000);
    await swap(6, 4);
    await swap(1_000, 6);
    expect(found(await verify())).toEqual({
      integrity: ['changed 4-4', 'changed 6-6'],
      completeness: nothing,
    });
  });

  it('an entry moves to another business', async () => {
    const from = salon;
    const to = await app.createTenant({ calendar: false });
    const [last] = (await auditOf(app, to.id)).slice(-1);
    await tamper(app, 'UPDATE audit_entry SET tenant_id = $2, seq = $3 WHERE tenant_id = $1 AND seq = 9', [
      from.id,
      to.id,
      (last?.seq ?? 0) + 5,
    ]);
    expect(found(await verify())).toEqual({ integrity: nothing, completeness: ['missing 9-9'] });
    salon = to;
    const place = (last?.seq ?? 0) + 5;
    expect(found(await verify())).toEqual({
      integrity: [`foreign ${place}-${place}`],
      completeness: nothing,
    });
  });

  it.each([
    ['says another sequence', 'sequence = 9'],
    ['says another hash', `hash = decode(repeat('ab', 32), 'hex')`],
    ['says another time', `at = at - interval '1 day'`],
    ['bears another signature', `signature = repeat('A', 86)`],
  ])('a signed head %s', async (_what, change) => {
    await tamper(app, `UPDATE audit_head SET ${change} WHERE tenant_id = $1`, [salon.id]);
    const { integrity, completeness } = await verify();
    expect(integrity.faults).toMatchObject([{ kind: 'head-forged', head: 1 }]);
    // The same head lies elsewhere, and still holds: nothing has gone.
    expect(completeness.faults).toEqual([]);
  });

  it('a signed head is deleted, by the heads behind it', async () => {
    await sign();
    await tamper(app, 'DELETE FROM audit_head WHERE tenant_id = $1 AND number = 1', [salon.id]);
    const { completeness } = await verify();
    expect(completeness.faults).toMatchObject([{ kind: 'head-missing', head: 1 }]);
  });

  it('the tail, its end and its heads go together, by the heads that are kept elsewhere', async () => {
    const head = await sign();
    await tamper(app, 'DELETE FROM audit_entry WHERE tenant_id = $1 AND seq > 5', [salon.id]);
    await tamper(app, 'DELETE FROM audit_head WHERE tenant_id = $1', [salon.id]);
    await tamper(
      app,
      `UPDATE audit_chain c SET seq = e.seq, hash = e.hash, mac = e.mac FROM audit_entry e
       WHERE c.tenant_id = $1 AND e.tenant_id = $1 AND e.seq = 5`,
      [salon.id],
    );
    const { completeness } = await verify([strip(head)]);
    expect(completeness.faults.map(told)).toContain('truncated 6-12');
    expect(completeness.faults).toContainEqual(expect.objectContaining({ kind: 'head-missing', head: 2 }));
  });
});

describe('signed heads', () => {
  it('go to the file that nobody here can write back', async () => {
    const head = await sign();
    await eventually('the head is in the file', () =>
      readFileSync(headsFile, 'utf8').includes(head.signature),
    );
  });

  it('of another business are not taken as proof', async () => {
    const head = strip(await sign());
    const other = await app.createTenant({ calendar: false });
    const refused = await other.post('/api/v1/audit/verify', { heads: [head] });
    expect([refused.status, refused.body['code']]).toEqual([422, 'audit.head_of_another_business']);
  });

  it.each([{ heads: 'x' }, { heads: [{}] }, { heads: [1] }, { unknown: 1 }])(
    'of the form %j are refused',
    async (body) => {
      expect((await salon.post('/api/v1/audit/verify', body)).status).toBe(422);
    },
  );
});

describe('on schedule', () => {
  it('trails that grew are signed, once', async () => {
    await app.app.get(AuditSchedule).signHeads();
    expect(await app.app.get(AuditSchedule).signHeads()).toBe(0);
    const heads = await salon.get<{ data: SignedHead[] }>('/api/v1/audit/heads');
    expect(heads.body.data[0]).toMatchObject({ sequence: 12 });
  });

  it('all trails are verified, and a broken one is counted', async () => {
    const exposed = async () => (await app.app.get(Metrics).expose()).text;
    await app.app.get(AuditSchedule).verifyAll();
    const before = Number(/faulty_trails\{what="integrity"\} (\d+)/.exec(await exposed())?.[1]);
    await tamper(app, `UPDATE audit_entry SET action = 'x' WHERE tenant_id = $1 AND seq = 3`, [salon.id]);
    await app.app.get(AuditSchedule).verifyAll();
    expect(Number(/faulty_trails\{what="integrity"\} (\d+)/.exec(await exposed())?.[1])).toBe(before + 1);
  });
});

const strip = ({ tenantId, number, sequence, hash, mac, at, keyId, signature }: SignedHead) => ({
  tenantId,
  number,
  sequence,
  hash,
  mac,
  at,
  keyId,
  signature,
});

/** As somebody would who knows how the chain is made, but has no key. */
const rewrite = async (entries: readonly AuditEntry[], from: number): Promise<void> => {
  let prevHash = entries[from - 2]?.hash ?? Buffer.alloc(32);
  for (const entry of entries.slice(from - 1)) {
    const forged = entry.seq === from ? { ...entry, actorId: 'somebody else' } : entry;
    const hash = hashOf(prevHash, canonicalOf(forged));
    await tamper(
      app,
      'UPDATE audit_entry SET actor_id = $3, prev_hash = $4, hash = $5 WHERE tenant_id = $1 AND seq = $2',
      [salon.id, entry.seq, forged.actorId, prevHash, hash],
    );
    prevHash = hash;
  }
  await tamper(app, 'UPDATE audit_chain SET hash = $2 WHERE tenant_id = $1', [salon.id, prevHash]);
};
