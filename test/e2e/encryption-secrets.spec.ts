import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { KeyRotation, type LegacyPlace, RowsBroken, SealBroken } from '#libs/encryption';
import { newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { hashToken } from '#libs/security';
import { SenderRepository } from '../../src/branding/infrastructure/sender.repository.js';
import { ChannelRepository } from '../../src/channels/infrastructure/channel.repository.js';
import { InvitationTokens } from '../../src/tenancy/application/invitations/invitation-tokens.js';
import { SecondFactor } from '../../src/tenancy/application/mfa/second-factor.js';
import { LOBBY } from '../../src/tenancy/application/origin.js';
import { Logins } from '../../src/tenancy/infrastructure/logins.js';
import { MfaRepository } from '../../src/tenancy/infrastructure/mfa.repository.js';
import { PersonTokens } from '../../src/tenancy/application/person-tokens.js';
import { SealedAddresses } from '../../src/tenancy/application/send-mail/sealed-addresses.js';
import { PersonTokenRepository } from '../../src/tenancy/infrastructure/person-token.repository.js';
import { InvitationRepository } from '../../src/tenancy/infrastructure/invitation.repository.js';
import { EndpointRepository } from '../../src/webhooks/infrastructure/endpoint.repository.js';
import { GRAPH_TOKEN, TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { sealBefore } from '../support/legacy-secrets.js';
import type { TestTenant } from '../support/tenant.js';

/** A secret that is kept, as each test finds it: made through the API, and read by what uses it. */
interface Kept {
  readonly rowId: string;
  readonly plain: string;
  /** What it was bound to before there were data keys. */
  readonly before: LegacyPlace;
  readonly read: () => Promise<string | null>;
}

interface Kind {
  readonly table: string;
  readonly column: string;
  /** The member of a jsonb column. */
  readonly member?: string;
  /** The column of the row's id; `id` by default. */
  readonly id?: string;
  /** Whose keys seal it; the tenant's by default. */
  readonly realm?: 'system';
  readonly make: () => Promise<Kept>;
  /** What `read` does of a value that does not open: it throws, or answers this. */
  readonly unreadable?: string | null;
}

let host: TestApp;
let tenant: TestTenant;
let sql: Client;

beforeAll(async () => {
  // No mail gets through: what waits for one stays sealed.
  host = await TestApp.start({ env: { SMTP_URL: 'smtp://127.0.0.1:1', MFA_CODE_DRIFT_STEPS: '1' } });
  sql = new Client({ connectionString: host.settings.database.url ?? '' });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await host.stop();
});

const inUnit = <T>(work: () => Promise<T>, of = tenant.id): Promise<T> =>
  host.as(of, () => host.app.get(UnitOfWork).run(work));
const rotation = () => host.app.get(KeyRotation);
const boundTo = (table: string, column: string, rowId: string): LegacyPlace => ({
  table,
  column,
  rowId,
  tenantId: tenant.id,
});

const made = async <T = unknown>(path: string, input: object): Promise<T & { id: string }> => {
  const { status, body } = await tenant.post<T & { id: string }>(path, input);
  if (status !== 201) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

const linkOf = async (email: string, purpose: string) => {
  const [login] = await host.app.get(Logins).find(email);
  return eventually(`the ${purpose} link that waits for its mail`, async () => {
    const { rows } = await sql.query<{ id: string; personId: string; hash: string; sealed: string }>(
      `SELECT id, person_id AS "personId", token_hash AS hash, sealed_token AS sealed
       FROM person_token WHERE person_id = $1 AND purpose = $2`,
      [login?.person_id, purpose],
    );
    return rows[0];
  });
};

/** Asks for a link to reset a password; where the event is that has the address. */
const askedFor = async (email: string) => {
  const { rows } = await sql.query<{ id: string }>(`SELECT coalesce(max(id::text), '') AS id FROM outbox_event
    WHERE payload ? 'sealedEmail'`);
  await tenant.post('/api/v1/auth/password-reset', { email });
  return { id: rows[0]?.id, where: 'id::text > $2' };
};

/** Has the owner take another address; where the event is that tells the one before. */
const movedFrom = async ({ email, password }: TestTenant) => {
  await tenant.post('/api/v1/me/email', { email: `new-${newId()}@example.test`, password });
  const link = await linkOf(email, 'change-email');
  const token = await host.app.get(PersonTokens).tokenOf(link.id, link.sealed);
  const { status } = await tenant.post('/api/v1/auth/change-email', { token });
  expect(status).toBe(204);
  return { id: link.personId, where: 'aggregate_id::text = $2' };
};

const KINDS: readonly Kind[] = [
  {
    table: 'channel',
    column: 'credentials',
    unreadable: '{}',
    make: async () => {
      const body = await made('/api/v1/channels', {
        provider: 'meta-whatsapp',
        name: 'Second number',
        account: String(process.hrtime.bigint()),
        accessToken: GRAPH_TOKEN,
      });
      const read = () => inUnit(() => host.app.get(ChannelRepository).credentials(body.id));
      return {
        rowId: body.id,
        plain: JSON.stringify({ accessToken: GRAPH_TOKEN }),
        before: boundTo('channel', 'credentials', body.id),
        read: async () => JSON.stringify(await read()),
      };
    },
  },
  ...(['secret', 'previous_secret', 'headers'] as const).map((column): Kind => ({
    table: 'webhook_endpoint',
    column,
    make: async () => {
      const { id, secret: first } = await made<{ secret: string }>('/api/v1/webhook-endpoints', {
        url: `https://hooks.example/${newId()}`,
        eventTypes: ['*'],
        headers: { authorization: `Bearer ${newId()}` },
      });
      const { body } = await tenant.post<{ secret: string }>(
        `/api/v1/webhook-endpoints/${id}/rotate-secret`,
        { graceSeconds: 3600 },
      );
      const read = async () => {
        const keys = await inUnit(() => host.app.get(EndpointRepository).keys(id));
        const [secret, previous_secret] = keys?.secrets ?? [];
        return { secret, previous_secret, headers: JSON.stringify(keys?.headers) }[column] ?? null;
      };
      const plain = { secret: body.secret, previous_secret: first, headers: (await read()) ?? '' }[column];
      // The secret of before was copied by the database, which cannot seal it anew.
      const bound = column === 'previous_secret' ? 'secret' : column;
      return { rowId: id, plain, before: boundTo('webhook_endpoint', bound, id), read };
    },
  })),
  {
    table: 'brand_sender',
    column: 'smtp_password',
    unreadable: null,
    make: async () => {
      // A business has one.
      tenant = await host.createTenant({ calendar: false });
      const of = tenant.id;
      const plain = `pass-${newId()}`;
      const { status } = await tenant.call('PUT', '/api/v1/branding/sender', {
        smtp: { host: 'smtp.example.com', port: 465, security: 'tls', username: 'salon', password: plain },
      });
      expect(status).toBe(200);
      const [row] = await host.query<{ id: string }>(of, 'SELECT id FROM brand_sender');
      return {
        rowId: row?.id ?? '',
        plain,
        before: boundTo('brand_sender', 'smtp_password', of),
        read: () => inUnit(() => host.app.get(SenderRepository).password(), of),
      };
    },
  },
  {
    table: 'invitation',
    column: 'sealed_token',
    make: async () => {
      const { id } = await made('/api/v1/invitations', { email: `${newId()}@salon.example`, role: 'agent' });
      const [tokens, invitations] = [host.app.get(InvitationTokens), host.app.get(InvitationRepository)];
      const read = () => inUnit(async () => tokens.open(id, (await invitations.find(id))?.sealedToken ?? ''));
      const plain = await read();
      return { rowId: id, plain, before: boundTo('invitation', 'sealed_token', id), read };
    },
  },
  {
    table: 'person_mfa',
    column: 'sealed_secret',
    id: 'person_id',
    realm: 'system',
    make: async () => {
      tenant = await host.createTenant({ calendar: false });
      const { body } = await tenant.post<{ secret: string }>('/api/v1/me/mfa', { password: tenant.password });
      const [member] = await host.query<{ id: string }>(
        tenant.id,
        'SELECT person_id AS id FROM membership WHERE tenant_id = $1',
        [tenant.id],
      );
      const rowId = member?.id ?? '';
      const read = () =>
        inUnit(async () => {
          const row = await host.app.get(MfaRepository).find(rowId);
          const code = new TOTP({ secret: Secret.fromBase32(body.secret) }).generate();
          const step = await host.app.get(SecondFactor).stepOf(rowId, row?.sealedSecret ?? '', code);
          return step === null ? null : body.secret;
        });
      const before = { ...boundTo('person_mfa', 'sealed_secret', rowId), tenantId: LOBBY };
      return { rowId, plain: body.secret, before, read };
    },
  },
  ...(['sealed_token', 'sealed_data'] as const).map((column): Kind => ({
    table: 'person_token',
    column,
    realm: 'system',
    make: async () => {
      // A link puts the person's earlier ones out of use.
      tenant = await host.createTenant({ calendar: false });
      await tenant.post('/api/v1/auth/password-reset', { email: tenant.email });
      const { id, hash } = await linkOf(tenant.email, 'password-reset');
      const tokens = host.app.get(PersonTokens);
      const read = () =>
        inUnit(async () => {
          const row = await host.app.get(PersonTokenRepository).mail(id);
          if (column === 'sealed_token') return tokens.tokenOf(id, row?.sealedToken ?? '');
          return JSON.stringify(await tokens.dataOf(id, row?.sealedData ?? ''));
        });
      const plain = await read();
      if (column === 'sealed_token') expect(hashToken(plain)).toBe(hash);
      else expect(plain).toBe(JSON.stringify({ email: tenant.email }));
      const before = { ...boundTo('person_token', column, id), tenantId: LOBBY };
      return { rowId: id, plain, before, read };
    },
  })),
  ...(['sealedEmail', 'sealedTo'] as const).map((member): Kind => ({
    table: 'outbox_event',
    column: 'payload',
    member,
    realm: 'system',
    make: async () => {
      tenant = await host.createTenant({ calendar: false });
      const plain = tenant.email;
      const about = member === 'sealedEmail' ? await askedFor(plain) : await movedFrom(tenant);
      const event = await eventually('the event', async () => {
        const { rows } = await sql.query<{ id: string; aggregateId: string }>(
          `SELECT id, aggregate_id AS "aggregateId" FROM outbox_event WHERE payload ? $1 AND ${about.where}`,
          [member, about.id],
        );
        return rows[0];
      });
      const read = async () => {
        const { rows } = await sql.query<{ sealed: string }>(
          'SELECT payload ->> $2 AS sealed FROM outbox_event WHERE id = $1',
          [event.id, member],
        );
        return host.app.get(SealedAddresses).open(rows[0]?.sealed ?? '', event, member);
      };
      const before = { ...boundTo('outbox_event', 'payload', event.aggregateId), tenantId: LOBBY };
      return { rowId: event.id, plain, before, read };
    },
  })),
];

describe.each(KINDS.map((kind) => [`${kind.table}.${kind.member ?? kind.column}`, kind] as const))(
  '%s',
  (_name, kind) => {
    const { table, column, member, id: rowIdColumn = 'id' } = kind;
    const realm = () => kind.realm ?? kept.before.tenantId;
    let kept: Kept;
    const stored = async (): Promise<string> => {
      const { rows } = await sql.query<{ value: string }>(
        `SELECT ${member === undefined ? column : `${column} ->> '${member}'`} AS value FROM ${table} WHERE ${rowIdColumn} = $1`,
        [kept.rowId],
      );
      return rows[0]?.value ?? '';
    };
    const store = (value: string, rowId = kept.rowId) => {
      const set = member === undefined ? '$2' : `jsonb_set(${column}, '{${member}}', to_jsonb($2::text))`;
      return sql.query(`UPDATE ${table} SET ${column} = ${set} WHERE ${rowIdColumn} = $1`, [rowId, value]);
    };
    const storeAsBefore = (secretKey = host.settings.security.secretKey) =>
      store(sealBefore(secretKey, kept.plain, kept.before));
    const unread = () =>
      kind.unreadable === undefined
        ? expect(kept.read()).rejects.toThrow(SealBroken)
        : expect(kept.read()).resolves.toBe(kind.unreadable);

    beforeAll(async () => {
      tenant = await host.createTenant({ calendar: false });
    });
    beforeEach(async () => {
      kept = await kind.make();
    });

    it('is sealed with a data key, and read by what uses it', async () => {
      expect(await stored()).toMatch(/^fd1\./);
      expect(await kept.read()).toBe(kept.plain);
    });

    it('does not open in another row, nor changed', async () => {
      const [first, was] = [kept, await stored()];
      kept = await kind.make();
      expect(kept.rowId).not.toBe(first.rowId);
      const own = await stored();
      await store(was);
      await unread();
      await store(own);
      kept = first;
      await store(`${was.slice(0, -2)}${was.endsWith('AA') ? 'BB' : 'AA'}`);
      await unread();
      await store(was);
    });

    it('is still read as it was sealed before, until `rotate-keys` seals it with a data key', async () => {
      await storeAsBefore();
      expect(await kept.read()).toBe(kept.plain);
      expect(await rotation().sealLegacy()).toBe(1);
      expect(await stored()).toMatch(/^fd1\./);
      expect(await kept.read()).toBe(kept.plain);
      expect(await rotation().sealLegacy()).toBe(0);
    });

    it('is reached by new data keys in either form', async () => {
      const before = await stored();
      await rotation().rotateData(realm(), undefined, 0);
      const after = await stored();
      expect(after.slice(0, 26)).not.toBe(before.slice(0, 26));
      await storeAsBefore();
      await rotation().rotateData(realm());
      expect((await stored()).slice(0, 26)).toBe(after.slice(0, 26));
      expect(await kept.read()).toBe(kept.plain);
    });

    it('that does not open stays as it is and is told of, and the others are done', async () => {
      const broken = kept;
      const brokenIn = realm();
      await storeAsBefore(Buffer.alloc(32, 99).toString('base64'));
      const asItWas = await stored();
      kept = await kind.make();
      await storeAsBefore();
      const error = await rotation()
        .sealLegacy()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RowsBroken);
      expect((error as RowsBroken).rows).toEqual([`${table} ${broken.rowId} of ${brokenIn}`]);
      expect((error as RowsBroken).done).toBe(1);
      expect(await stored()).toMatch(/^fd1\./);
      kept = broken;
      expect(await stored()).toBe(asItWas);
      await unread();
      await sql.query(`DELETE FROM ${table} WHERE ${rowIdColumn} = $1`, [broken.rowId]);
    });
  },
);

describe('a webhook secret', () => {
  beforeAll(async () => {
    tenant = await host.createTenant({ calendar: false });
  });
  const endpoint = () =>
    made<{ secret: string }>('/api/v1/webhook-endpoints', {
      url: 'https://hooks.example/x',
      eventTypes: ['*'],
    });
  const rotate = async (id: string) =>
    (
      await tenant.post<{ secret: string; previousSecretUntil: string | null }>(
        `/api/v1/webhook-endpoints/${id}/rotate-secret`,
        { graceSeconds: 3600 },
      )
    ).body;
  const secretsOf = async (id: string) =>
    (await inUnit(() => host.app.get(EndpointRepository).keys(id)))?.secrets;
  const set = (id: string, column: string, value: string) =>
    sql.query(`UPDATE webhook_endpoint SET ${column} = $2 WHERE id = $1`, [id, value]);

  it('of before is sealed with a data key when it is rotated, and still signs', async () => {
    const { id, secret } = await endpoint();
    await set(
      id,
      'secret',
      sealBefore(host.settings.security.secretKey, secret, boundTo('webhook_endpoint', 'secret', id)),
    );
    const { secret: second } = await rotate(id);
    expect(await secretsOf(id)).toEqual([second, secret]);
    const { rows } = await sql.query<{ previous: string }>(
      'SELECT previous_secret AS previous FROM webhook_endpoint WHERE id = $1',
      [id],
    );
    expect(rows[0]?.previous).toMatch(/^fd1\./);
  });

  it('does not open in another column', async () => {
    const { id } = await endpoint();
    await rotate(id);
    const { rows } = await sql.query<{ secret: string; previous: string }>(
      'SELECT secret, previous_secret AS previous FROM webhook_endpoint WHERE id = $1',
      [id],
    );
    await set(id, 'previous_secret', rows[0]!.secret);
    await expect(secretsOf(id)).rejects.toThrow(SealBroken);
    await set(id, 'previous_secret', rows[0]!.previous);
    await set(id, 'secret', rows[0]!.previous);
    await expect(secretsOf(id)).rejects.toThrow(SealBroken);
  });

  it('that does not open can be replaced; nothing signs but the new one', async () => {
    const { id } = await endpoint();
    await set(id, 'secret', 'v1.lost');
    const { secret, previousSecretUntil } = await rotate(id);
    expect(previousSecretUntil).toBeNull();
    expect(await secretsOf(id)).toEqual([secret]);
  });
});
