import {
  DataKeyDestroyed,
  DataKeys,
  FieldCipher,
  type FieldPlace,
  LegacyBox,
  SealBroken,
} from '#libs/encryption';
import { newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { eventually } from '../support/eventually.js';
import { TestApp } from '../support/app.js';

let app: TestApp;
let cipher: FieldCipher;
let uow: UnitOfWork;
let tenantId: string;
let place: FieldPlace;

beforeAll(async () => {
  app = await TestApp.start();
  cipher = app.app.get(FieldCipher);
  uow = app.app.get(UnitOfWork);
});
afterAll(() => app.stop());
beforeEach(() => {
  tenantId = newId();
  place = { table: 'message', column: 'text', rowId: newId() };
});

const inUnit = <T>(work: () => Promise<T>, tenant = tenantId) => app.as(tenant, () => uow.run(work));
const seal = (value: string, subject?: string, at = place) => inUnit(() => cipher.seal(value, at, subject));
const open = (sealed: string, at = place, tenant = tenantId) => inUnit(() => cipher.open(sealed, at), tenant);
const keys = () =>
  app.query<{ scope: string; wrapped_key: string | null }>(
    tenantId,
    'SELECT scope, wrapped_key FROM data_key ORDER BY scope',
  );

describe('FieldCipher', () => {
  it('opens what it sealed, after the cached keys are gone too', async () => {
    const sealed = await seal('words of a customer');
    expect(cipher.isSealed(sealed)).toBe(true);
    expect(await open(sealed)).toBe('words of a customer');
    app.app.get(DataKeys).forget(tenantId);
    expect(await open(sealed)).toBe('words of a customer');
  });

  it('refuses a sealed text that was moved to another place or tenant', async () => {
    const sealed = await seal('s');
    for (const elsewhere of [
      { ...place, table: 'thread' },
      { ...place, column: 'parts' },
      { ...place, rowId: newId() },
    ])
      await expect(open(sealed, elsewhere)).rejects.toThrow(SealBroken);
    await expect(open(sealed, place, newId())).rejects.toThrow(SealBroken);
    await expect(open('plain')).rejects.toThrow(SealBroken);
  });

  it('makes one key of a scope, however many ask at once', async () => {
    const subject = newId();
    const sealed = await Promise.all(
      Array.from({ length: 12 }, (_, i) => seal(String(i), subject, { ...place, rowId: `${i}` })),
    );
    expect(new Set(sealed.map((text) => text.slice(0, 26))).size).toBe(1);
    expect(await Promise.all(sealed.map((text, i) => open(text, { ...place, rowId: `${i}` })))).toEqual(
      sealed.map((_, i) => String(i)),
    );
    expect((await keys()).map(({ scope }) => scope)).toEqual(['index', `subject:${subject}`, 'tenant']);
  });

  it('does not use a key whose unit of work was rolled back', async () => {
    const subject = newId();
    await expect(
      inUnit(async () => {
        await cipher.seal('lost', place, subject);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await keys()).toEqual([]);
    const sealed = await seal('kept', subject);
    app.app.get(DataKeys).forget(tenantId);
    expect(await open(sealed)).toBe('kept');
  });

  it('opens a list with one look at the keys, and leaves out what was erased', async () => {
    const [anna, ben] = [newId(), newId()];
    const fields = [
      { sealed: await seal('anna', anna), place },
      { sealed: await seal('ben', ben), place },
      { sealed: await seal('salon'), place },
    ];
    await inUnit(() => cipher.destroySubjectKeys(ben));
    expect(await inUnit(() => cipher.openMany(fields))).toEqual(['anna', null, 'salon']);
    app.app.get(DataKeys).forget(tenantId);
    const queries = jest.spyOn(uow, 'query');
    expect(await inUnit(() => cipher.openMany(fields))).toEqual(['anna', null, 'salon']);
    expect(await inUnit(() => cipher.openMany(fields))).toEqual(['anna', null, 'salon']);
    expect(queries).toHaveBeenCalledTimes(1);
    queries.mockRestore();
  });

  it('indexes equal values of one tenant and column alike, and no others', async () => {
    const index = { table: 'identity_key', column: 'value' };
    const one = await inUnit(() => cipher.blindIndex('+491701234567', index));
    app.app.get(DataKeys).forget(tenantId);
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(await inUnit(() => cipher.blindIndex('+491701234567', index))).toBe(one);
    const others = await Promise.all([
      inUnit(() => cipher.blindIndex('+491701234568', index)),
      inUnit(() => cipher.blindIndex('+491701234567', { ...index, column: 'other' })),
      inUnit(() => cipher.blindIndex('+491701234567', index), newId()),
    ]);
    expect(others).not.toContain(one);
  });
});

describe('destroying the keys of a subject', () => {
  it('makes everything sealed for it unreadable, and leaves the rest', async () => {
    const subject = newId();
    const [hers, others] = [await seal('hers', subject), await seal('of the salon')];
    expect(await inUnit(() => cipher.destroySubjectKeys(subject))).toBe(1);
    await expect(open(hers)).rejects.toThrow(DataKeyDestroyed);
    expect(await inUnit(() => cipher.openOrErased(hers, place))).toBeNull();
    expect(await open(others)).toBe('of the salon');
    expect((await keys()).find(({ scope }) => scope === `subject:${subject}`)?.wrapped_key).toBeNull();
    expect(await inUnit(() => cipher.destroySubjectKeys(subject))).toBe(0);
  });

  it('is undone with its unit of work', async () => {
    const subject = newId();
    const sealed = await seal('kept', subject);
    await expect(
      inUnit(async () => {
        await cipher.destroySubjectKeys(subject);
        await expect(cipher.open(sealed, place)).rejects.toThrow(DataKeyDestroyed);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await open(sealed)).toBe('kept');
  });

  it('gives a subject that comes back another key', async () => {
    const subject = newId();
    const before = await seal('before', subject);
    await inUnit(() => cipher.destroySubjectKeys(subject));
    const after = await seal('after', subject);
    expect(await open(after)).toBe('after');
    await expect(open(before)).rejects.toThrow(DataKeyDestroyed);
  });

  it('is heard of by other processes', async () => {
    const other = new (app.app.get(DataKeys).constructor as new (...args: unknown[]) => DataKeys)(
      ...(['store', 'ring', 'uow', 'clock', 'bell'] as const).map(
        (part) => (app.app.get(DataKeys) as unknown as Record<string, unknown>)[part],
      ),
      app.settings,
    );
    const subject = newId();
    const sealed = await seal('hers', subject);
    const elsewhere = new FieldCipher(other, app.app.get(LegacyBox));
    expect(await inUnit(() => elsewhere.open(sealed, place))).toBe('hers');
    await inUnit(() => cipher.destroySubjectKeys(subject));
    await eventually(
      'the other process has forgotten the key',
      async () => (await inUnit(() => elsewhere.openOrErased(sealed, place))) === null,
    );
  });
});
