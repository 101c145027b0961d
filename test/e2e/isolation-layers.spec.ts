import { Client } from 'pg';
import { newId } from '#libs/kernel';
import { catalogFaults, UnitOfWork } from '#libs/persistence';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

/**
 * Each layer that keeps two businesses apart is taken away on purpose. Alone, the others must still hold; with all of those
 * that cover a path gone, the leak must show: a look that sees nothing then would see nothing ever.
 */
describe('the layers of tenant isolation', () => {
  let host: TestApp;
  let ours: TestTenant;
  let theirs: TestTenant;
  let owner: Client;
  let theirService: string;
  const canary = `canary-${newId()}`;

  beforeAll(async () => {
    host = await TestApp.start();
    [ours, theirs] = [await host.createTenant(), await host.createTenant()];
    const made = await theirs.post<{ id: string }>('/api/v1/services', {
      name: canary,
      durationMinutes: 30,
      price: { amount: 1000, currency: 'EUR' },
    });
    theirService = made.body.id;
    owner = new Client({ connectionString: host.settings.database.url! });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await host.stop();
  });
  afterEach(() => jest.restoreAllMocks());

  /** Layer 1: what repositories say themselves. `tenant_id = $1` becomes true of every row. */
  const withoutConditions = (): void => {
    const uow = host.app.get(UnitOfWork);
    const query = uow.query.bind(uow);
    jest
      .spyOn(uow, 'query')
      .mockImplementation((sql, parameters) =>
        query(sql.replace(/(?:\w+\.)?\btenant_id = \$1\b/g, '$1::uuid IS NOT NULL'), parameters),
      );
  };

  /** Layer 2: what the database says. Put back whatever happens: PGlite has one database for all suites. */
  const withoutRowSecurity = async (work: () => Promise<void>): Promise<void> => {
    await owner.query('ALTER TABLE service DISABLE ROW LEVEL SECURITY');
    try {
      await work();
    } finally {
      await owner.query('ALTER TABLE service ENABLE ROW LEVEL SECURITY');
    }
  };

  const looks = async (): Promise<{ listed: boolean; read: number }> => {
    const list = await ours.get('/api/v1/services?limit=100');
    expect(list.status).toBe(200);
    const single = await ours.get(`/api/v1/services/${theirService}`);
    return { listed: JSON.stringify(list.body).includes(canary), read: single.status };
  };
  const CLOSED = { listed: false, read: 404 };

  it('are all there', async () => {
    expect(await looks()).toEqual(CLOSED);
    expect((await theirs.get(`/api/v1/services/${theirService}`)).status).toBe(200);
  });

  it('hold without the conditions of the repositories: row security is enough', async () => {
    withoutConditions();
    expect(await looks()).toEqual(CLOSED);
  });

  it('hold without row security: the conditions are enough, and the catalog check is red', async () => {
    await withoutRowSecurity(async () => {
      expect(await looks()).toEqual(CLOSED);
      const faults = await catalogFaults(host.settings.database.url!, {
        primaryKey: [],
        spanning: [],
        system: [],
        audit: {},
      });
      expect(faults.join('\n')).toMatch(/service: row level security is not enabled/);
    });
  });

  it('leak without both, so that the tests above mean something', async () => {
    withoutConditions();
    await withoutRowSecurity(async () => {
      expect(await looks()).toEqual({ listed: true, read: 200 });
    });
  });

  it('show nothing at all when no tenant is set', async () => {
    const rows = async (opening: string) => {
      await owner.query(`BEGIN; SET LOCAL ROLE frontdesk_app; ${opening}`);
      try {
        return (await owner.query<{ count: number }>('SELECT count(*)::int AS count FROM service')).rows[0]!
          .count;
      } finally {
        await owner.query('ROLLBACK');
      }
    };
    expect(await rows('')).toBe(0);
    expect(await rows(`SELECT set_config('app.tenant_id', '', true)`)).toBe(0);
    expect(await rows(`SELECT set_config('app.tenant_id', '${theirs.id}', true)`)).toBeGreaterThan(0);
  });

  it('let no row be written for another business, nor moved to it', async () => {
    const attempt = (sql: string, parameters: unknown[]) => host.query(ours.id, sql, parameters);
    await expect(
      attempt(
        `INSERT INTO staff (tenant_id, id, name, active, created_at, version) VALUES ($1, $2, 'x', true, now(), 1)`,
        [theirs.id, newId()],
      ),
    ).rejects.toThrow(/row-level security/);
    await expect(attempt('UPDATE service SET tenant_id = $1', [theirs.id])).rejects.toThrow(
      /row-level security/,
    );
  });

  /** Layer 3: keys start with the tenant. Without row security and as a superuser, a row still cannot point across. */
  it('let no row point at a row of another business, even for the owner of the tables', async () => {
    const link = `INSERT INTO staff_service (tenant_id, id, staff_id, service_id) VALUES ($1, $2, $3, $4)`;
    const values = [ours.id, newId(), [...ours.staff.values()][0], theirService];
    await expect(owner.query(link, values)).rejects.toThrow(/violates foreign key constraint/);
    await owner.query('BEGIN');
    await owner.query('ALTER TABLE staff_service DROP CONSTRAINT staff_service_tenant_id_service_id_fkey');
    await expect(owner.query(link, values)).resolves.toMatchObject({ rowCount: 1 });
    await owner.query('ROLLBACK');
  });

  /** Layer 4: what is kept outside the tables carries the tenant. */
  it('keep the answers to one idempotency key apart', async () => {
    const send = (tenant: TestTenant, name: string) =>
      tenant.post<{ name: string }>(
        '/api/v1/services',
        { name, durationMinutes: 30, price: { amount: 1, currency: 'EUR' } },
        { 'idempotency-key': 'the-same-key' },
      );
    const [first, second] = [await send(ours, 'Ours'), await send(theirs, 'Theirs')];
    expect([first.body.name, second.body.name]).toEqual(['Ours', 'Theirs']);
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect((await send(ours, 'Ours')).headers.get('idempotency-replayed')).toBe('true');
  });
});
