import { Injectable, Logger } from '@nestjs/common';
import type { ChannelProvider, ChannelView } from '#contracts/channels';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface NewChannel {
  readonly id: string;
  readonly provider: ChannelProvider;
  readonly name: string;
  readonly account: string;
  readonly fallbackAccount: string | null;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface ChannelPatch {
  readonly name?: string;
  readonly status?: ChannelView['status'];
  /** null: no team any more. */
  readonly teamId?: string | null;
  readonly credentials?: Readonly<Record<string, string>>;
}

const VIEW = 'id, provider, name, account, team_id AS "teamId", status, version';

/** Channels; credentials are encrypted, bound to their row. */
@Injectable()
export class ChannelRepository {
  private readonly logger = new Logger(ChannelRepository.name);

  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  find(id: string): Promise<ChannelView | null> {
    return this.byId(id, '');
  }

  /** As `find`, with the row locked: nobody else changes it before this unit of work ends. */
  lock(id: string): Promise<ChannelView | null> {
    return this.byId(id, 'FOR UPDATE');
  }

  async findByAccount(provider: ChannelProvider, account: string): Promise<ChannelView | null> {
    const [row] = await this.uow.query<ChannelView>(
      `SELECT ${VIEW} FROM channel WHERE tenant_id = $1 AND provider = $2 AND account = $3`,
      [currentTenant(), provider, account],
    );
    return row ?? null;
  }

  /** The account of the oldest active web chat. */
  async firstWebchat(): Promise<string | null> {
    const [row] = await this.uow.query<{ account: string }>(
      `SELECT account FROM channel WHERE tenant_id = $1 AND provider = 'webchat' AND status = 'active' ORDER BY id LIMIT 1`,
      [currentTenant()],
    );
    return row?.account ?? null;
  }

  /** Newest first; one row more than `limit`. */
  list(page: { limit: number; startingAfter?: string }): Promise<ChannelView[]> {
    return this.uow.query<ChannelView>(
      `SELECT ${VIEW} FROM channel WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  /** Empty as well when they do not open (another SECRET_KEY, a changed row): the channel must be connected again then. */
  async credentials(id: string): Promise<Readonly<Record<string, string>>> {
    const [row] = await this.uow.query<{ credentials: string | null }>(
      `SELECT credentials FROM channel WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row?.credentials) return {};
    try {
      return JSON.parse(await this.cipher.openSecret(row.credentials, placeOf(id))) as Record<string, string>;
    } catch (error) {
      this.logger.error({ err: error, channelId: id }, 'the credentials of a channel cannot be read');
      return {};
    }
  }

  /** Takes the addresses for this tenant and inserts the channel; answers false when somebody has the account already. */
  async insert(channel: NewChannel): Promise<boolean> {
    if (!(await this.claimRoute(channel.provider, channel.account, channel.id))) return false;
    // Several numbers of one business account share it; whichever came first receives its account-wide events.
    if (channel.fallbackAccount)
      await this.claimRoute(`${channel.provider}:fallback`, channel.fallbackAccount, channel.id);
    await this.uow.query(
      `INSERT INTO channel (tenant_id, id, provider, name, account, fallback_account, credentials, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)`,
      [
        currentTenant(),
        channel.id,
        channel.provider,
        channel.name,
        channel.account,
        channel.fallbackAccount,
        await this.seal(channel.id, channel.credentials),
        this.clock.now(),
      ],
    );
    return true;
  }

  async update(id: string, patch: ChannelPatch): Promise<void> {
    await this.uow.execute(
      `UPDATE channel SET name = coalesce($3, name), status = coalesce($4, status), credentials = coalesce($5, credentials),
         team_id = CASE WHEN $6 THEN $7::uuid ELSE team_id END, version = version + 1
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        id,
        patch.name ?? null,
        patch.status ?? null,
        patch.credentials ? await this.seal(id, patch.credentials) : null,
        patch.teamId !== undefined,
        patch.teamId ?? null,
      ],
    );
  }

  /** What was a team's that is gone is no team's. */
  async leaveTeam(teamId: string): Promise<void> {
    await this.uow.execute(
      'UPDATE channel SET team_id = NULL, version = version + 1 WHERE tenant_id = $1 AND team_id = $2',
      [currentTenant(), teamId],
    );
  }

  private async byId(id: string, locking: '' | 'FOR UPDATE'): Promise<ChannelView | null> {
    const [row] = await this.uow.query<ChannelView>(
      `SELECT ${VIEW} FROM channel WHERE tenant_id = $1 AND id = $2 ${locking}`,
      [currentTenant(), id],
    );
    return row ?? null;
  }

  private async claimRoute(scheme: string, address: string, channelId: string): Promise<boolean> {
    const claimed = await this.uow.query(
      `INSERT INTO channel_route (scheme, address, owner_tenant_id, channel_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING RETURNING 1`,
      [scheme, address, currentTenant(), channelId],
    );
    return claimed.length > 0;
  }

  private async seal(id: string, credentials: Readonly<Record<string, string>>): Promise<string | null> {
    if (Object.keys(credentials).length === 0) return null;
    return this.cipher.seal(JSON.stringify(credentials), placeOf(id));
  }
}

const placeOf = (rowId: string) => ({ table: 'channel', column: 'credentials', rowId });
