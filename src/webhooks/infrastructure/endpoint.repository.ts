import { Injectable, Logger } from '@nestjs/common';
import { FieldCipher, SealBroken } from '#libs/encryption';
import { Clock, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { EndpointHealth } from '../domain/delivery-policy.js';

export interface EndpointView {
  id: string;
  url: string;
  description: string | null;
  eventTypes: string[];
  status: 'enabled' | 'disabled';
  disabledReason: 'manual' | 'gone' | 'failing' | null;
  disabledAt: Date | null;
  headerNames: string[];
  consecutiveFailures: number;
  failingSince: Date | null;
  pausedUntil: Date | null;
  previousSecretUntil: Date | null;
  createdAt: Date;
  version: number;
}

export interface EndpointPatch {
  readonly url?: string;
  readonly description?: string | null;
  readonly eventTypes?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a delivery is signed and sent with. */
export interface EndpointKeys {
  readonly url: string;
  /** The current secret, and those before it while they still sign. */
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

const VIEW = `id, url, description, event_types AS "eventTypes", status, disabled_reason AS "disabledReason",
  disabled_at AS "disabledAt", header_names AS "headerNames", consecutive_failures AS "consecutiveFailures",
  failing_since AS "failingSince", paused_until AS "pausedUntil", previous_secret_until AS "previousSecretUntil",
  created_at AS "createdAt", version`;

/** A secret of before, and until when it signs. */
interface FormerSecret {
  readonly secret: string;
  readonly until: string;
}

/** Former secrets that sign at most: each is a signature in the header. */
const FORMER_SECRETS = 4;

type SealedColumn = 'secret' | 'previous_secret' | 'headers';

/** Endpoints; secrets and headers are sealed, bound to their row. */
@Injectable()
export class EndpointRepository {
  private readonly logger = new Logger(EndpointRepository.name);

  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async find(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<EndpointView | null> {
    const [row] = await this.uow.query<EndpointView>(
      `SELECT ${VIEW} FROM webhook_endpoint WHERE tenant_id = $1 AND id = $2 ${locking}`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  list(page: { limit: number; startingAfter?: string }): Promise<EndpointView[]> {
    return this.uow.query<EndpointView>(
      `SELECT ${VIEW} FROM webhook_endpoint WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  async count(): Promise<number> {
    const [row] = await this.uow.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM webhook_endpoint WHERE tenant_id = $1',
      [currentTenant()],
    );
    return row?.count ?? 0;
  }

  /** Enabled ones that want the type, oldest first; kept from changing until the unit of work ends. */
  subscribers(type: string): Promise<{ id: string }[]> {
    return this.uow.query<{ id: string }>(
      `SELECT id FROM webhook_endpoint WHERE tenant_id = $1 AND status = 'enabled' AND event_types && ARRAY['*', $2]
       ORDER BY id FOR SHARE`,
      [currentTenant(), type],
    );
  }

  async insert(
    id: string,
    input: {
      url: string;
      description: string | null;
      eventTypes: readonly string[];
      enabled: boolean;
      headers: Readonly<Record<string, string>>;
      secret: string;
    },
  ): Promise<void> {
    const now = this.clock.now();
    await this.uow.query(
      `INSERT INTO webhook_endpoint (tenant_id, id, url, description, event_types, status, disabled_reason, disabled_at,
         header_names, headers, secret, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        currentTenant(),
        id,
        input.url,
        input.description,
        input.eventTypes,
        input.enabled ? 'enabled' : 'disabled',
        input.enabled ? null : 'manual',
        input.enabled ? null : now,
        Object.keys(input.headers),
        await this.seal(id, 'headers', JSON.stringify(input.headers)),
        await this.seal(id, 'secret', input.secret),
        now,
      ],
    );
  }

  async update(id: string, patch: EndpointPatch): Promise<void> {
    await this.uow.execute(
      `UPDATE webhook_endpoint SET url = coalesce($3, url), description = CASE WHEN $4 THEN $5 ELSE description END,
         event_types = coalesce($6, event_types), header_names = coalesce($7, header_names),
         headers = coalesce($8, headers), version = version + 1
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        id,
        patch.url ?? null,
        patch.description !== undefined,
        patch.description ?? null,
        patch.eventTypes ?? null,
        patch.headers ? Object.keys(patch.headers) : null,
        patch.headers ? await this.seal(id, 'headers', JSON.stringify(patch.headers)) : null,
      ],
    );
  }

  /** Enabling forgets the failures: the endpoint starts anew. */
  async enable(id: string): Promise<void> {
    await this.uow.execute(
      `UPDATE webhook_endpoint SET status = 'enabled', disabled_reason = NULL, disabled_at = NULL, consecutive_failures = 0,
         failing_since = NULL, paused_until = NULL WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
  }

  async disable(id: string, reason: 'manual' | 'gone' | 'failing'): Promise<void> {
    await this.uow.execute(
      `UPDATE webhook_endpoint SET status = 'disabled', disabled_reason = $3, disabled_at = $4, version = version + 1
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, reason, this.clock.now()],
    );
  }

  async setHealth(id: string, health: EndpointHealth): Promise<void> {
    await this.uow.execute(
      `UPDATE webhook_endpoint SET consecutive_failures = $3, failing_since = $4, paused_until = $5
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, health.consecutiveFailures, health.failingSince, health.pausedUntil],
    );
  }

  /**
   * The old secret signs too until `until`, and those before it as long as they were promised to: who rotates once more, since an
   * answer was lost, must not silence the one that receivers have. Null: from now on none of them. To be called with the row locked.
   */
  async rotate(id: string, secret: string, until: Date | null): Promise<void> {
    // What is sealed is bound to its column: the database cannot copy it from one to the other.
    const old = until === null ? null : await this.secret(id);
    const newest = until === null || old === null ? [] : [{ secret: old, until: until.toISOString() }];
    const former = [...newest, ...(until === null ? [] : await this.former(id))].slice(0, FORMER_SECRETS);
    const last = former
      .map((each) => each.until)
      .toSorted()
      .at(-1);
    await this.uow.execute(
      `UPDATE webhook_endpoint SET previous_secret = $4, previous_secret_until = $5, secret = $3, version = version + 1
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        id,
        await this.seal(id, 'secret', secret),
        last === undefined ? null : await this.seal(id, 'previous_secret', JSON.stringify(former)),
        last === undefined ? null : new Date(last),
      ],
    );
  }

  async delete(id: string): Promise<boolean> {
    const deleted = await this.uow.execute('DELETE FROM webhook_endpoint WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
    ]);
    return deleted > 0;
  }

  async keys(id: string): Promise<EndpointKeys | null> {
    const [row] = await this.uow.query<{
      url: string;
      headers: string;
      secret: string;
    }>('SELECT url, headers, secret FROM webhook_endpoint WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
    ]);
    if (!row) return null;
    const former = await this.former(id);
    return {
      url: row.url,
      secrets: [await this.open(id, 'secret', row.secret), ...former.map(({ secret }) => secret)],
      headers: JSON.parse(await this.open(id, 'headers', row.headers)) as Record<string, string>,
    };
  }

  /** Those that still sign, newest first. */
  private async former(id: string): Promise<FormerSecret[]> {
    const now = this.clock.now();
    const [row] = await this.uow.query<{ previous: string; until: Date }>(
      `SELECT previous_secret AS previous, previous_secret_until AS until FROM webhook_endpoint
       WHERE tenant_id = $1 AND id = $2 AND previous_secret IS NOT NULL AND previous_secret_until > $3`,
      [currentTenant(), id, now],
    );
    if (!row) return [];
    const text = await this.open(id, 'previous_secret', row.previous);
    // Before, there was one, as it was.
    const former = text.startsWith('[')
      ? (JSON.parse(text) as FormerSecret[])
      : [{ secret: text, until: row.until.toISOString() }];
    return former.filter(({ until }) => new Date(until) > now);
  }

  /** Null as well when it does not open: a new secret is the way out of that. */
  private async secret(id: string): Promise<string | null> {
    const [row] = await this.uow.query<{ secret: string }>(
      'SELECT secret FROM webhook_endpoint WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id],
    );
    if (!row) return null;
    return this.open(id, 'secret', row.secret).catch((error: unknown) => {
      if (!(error instanceof SealBroken)) throw error;
      this.logger.error({ err: error, endpointId: id }, 'the secret of a webhook endpoint cannot be read');
      return null;
    });
  }

  private seal(id: string, column: SealedColumn, text: string): Promise<string> {
    return this.cipher.seal(text, placeOf(id, column));
  }

  private open(id: string, column: SealedColumn, text: string): Promise<string> {
    return this.cipher.openSecret(text, placeOf(id, column), column === 'previous_secret' ? COPIED : {});
  }
}

/** Before, the secret was copied as it was: it is bound to the column that it came from. */
export const COPIED = { column: 'secret' } as const;

const placeOf = (rowId: string, column: SealedColumn) => ({ table: 'webhook_endpoint', column, rowId });
