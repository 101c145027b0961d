import { Injectable, Logger } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { NO_SENDER, type Sender, type SenderFields, type Smtp } from '../domain/sender.js';

interface Row {
  fromName: string | null;
  fromAddress: string | null;
  replyTo: string | null;
  host: string | null;
  port: number | null;
  security: Smtp['security'] | null;
  username: string | null;
  hasPassword: boolean;
  version: number;
}

/** As whom a business writes; the password of its server is sealed, bound to its row. */
@Injectable()
export class SenderRepository {
  private readonly logger = new Logger(SenderRepository.name);

  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  async find(): Promise<Sender> {
    return (await this.select('')) ?? NO_SENDER;
  }

  /** With the row locked until the unit of work ends. */
  async lock(): Promise<Sender> {
    await this.uow.execute(
      'INSERT INTO brand_sender (tenant_id, id, updated_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [currentTenant(), newId(), this.clock.now()],
    );
    const row = await this.select('FOR UPDATE');
    if (!row) throw new Error('the sender has vanished inside its own transaction');
    return row;
  }

  /** To be called with the row locked. `password`: undefined keeps what is there, null takes it away. */
  async save(fields: SenderFields, password: string | null | undefined): Promise<void> {
    const { fromName, fromAddress, replyTo, smtp } = fields;
    const kept = password === undefined;
    const sealed = kept || password === null ? null : await this.seal(password);
    await this.uow.execute(
      `UPDATE brand_sender SET from_name = $2, from_address = $3, reply_to = $4, smtp_host = $5, smtp_port = $6,
         smtp_security = $7, smtp_username = $8, smtp_password = CASE WHEN $9 THEN smtp_password ELSE $10 END,
         version = version + 1, updated_at = $11
       WHERE tenant_id = $1`,
      [
        currentTenant(),
        fromName,
        fromAddress,
        replyTo,
        smtp?.host ?? null,
        smtp?.port ?? null,
        smtp?.security ?? null,
        smtp?.username ?? null,
        kept,
        sealed,
        this.clock.now(),
      ],
    );
  }

  /** Null as well when it does not open (changed, or another SECRET_KEY): then it must be set again. */
  async password(): Promise<string | null> {
    const [row] = await this.uow.query<{ id: string; sealed: string | null }>(
      'SELECT id, smtp_password AS sealed FROM brand_sender WHERE tenant_id = $1',
      [currentTenant()],
    );
    if (!row?.sealed) return null;
    try {
      return await this.cipher.openSecret(row.sealed, placeOf(row.id), { rowId: currentTenant() });
    } catch (error) {
      this.logger.error({ err: error }, 'the password of an SMTP server cannot be read');
      return null;
    }
  }

  private async select(locking: '' | 'FOR UPDATE'): Promise<Sender | null> {
    const [row] = await this.uow.query<Row>(
      `SELECT from_name AS "fromName", from_address AS "fromAddress", reply_to AS "replyTo", smtp_host AS host,
         smtp_port AS port, smtp_security AS security, smtp_username AS username,
         smtp_password IS NOT NULL AS "hasPassword", version
       FROM brand_sender WHERE tenant_id = $1 ${locking}`,
      [currentTenant()],
    );
    if (!row) return null;
    const { host, port, security, username, ...rest } = row;
    const smtp =
      host !== null && port !== null && security !== null ? { host, port, security, username } : null;
    return { ...rest, smtp };
  }

  private async seal(password: string): Promise<string> {
    const [row] = await this.uow.query<{ id: string }>('SELECT id FROM brand_sender WHERE tenant_id = $1', [
      currentTenant(),
    ]);
    if (!row) throw new Error('the sender must be locked before it is saved');
    return this.cipher.seal(password, placeOf(row.id));
  }
}

const placeOf = (rowId: string) => ({ table: 'brand_sender', column: 'smtp_password', rowId });
