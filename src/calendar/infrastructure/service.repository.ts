import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ServiceView } from '../contracts/index.js';
import { serviceNotFound } from '../domain/calendar-errors.js';

export type ServiceDraft = Omit<ServiceView, 'id' | 'version'>;

interface ServiceRow extends Omit<ServiceView, 'price'> {
  amount: number;
  currency: string;
}

const COLUMNS = `id, name, description, duration_minutes AS "durationMinutes", buffer_before_minutes AS "bufferBeforeMinutes",
  buffer_after_minutes AS "bufferAfterMinutes", price_amount AS amount, price_currency AS currency, active, version`;

@Injectable()
export class ServiceRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<ServiceView | null> {
    return (await this.select('AND id = $2', [id]))[0] ?? null;
  }

  /** With the row locked. Error: `calendar.service_not_found`. */
  async lock(id: string): Promise<ServiceView> {
    const [view] = await this.select('AND id = $2 FOR NO KEY UPDATE', [id]);
    if (!view) throw serviceNotFound(id, 'id');
    return view;
  }

  listActive(): Promise<ServiceView[]> {
    return this.select('AND active ORDER BY name, id', []);
  }

  /** By age. Answers one row more than `limit` when there is one. */
  list(
    active: boolean | undefined,
    limit: number,
    startingAfter: string | undefined,
  ): Promise<ServiceView[]> {
    return this.select(
      `AND ($2::boolean IS NULL OR active = $2) AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4`,
      [active ?? null, startingAfter ?? null, limit + 1],
    );
  }

  async insert(draft: ServiceDraft): Promise<ServiceView> {
    const view: ServiceView = { ...draft, id: newId(), version: 1 };
    await this.uow.execute(
      `INSERT INTO service (tenant_id, id, name, description, duration_minutes, buffer_before_minutes, buffer_after_minutes,
         price_amount, price_currency, active, version, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [...valuesOf(view), this.clock.now()],
    );
    return view;
  }

  /** Writes a locked service. */
  async save(view: ServiceView): Promise<void> {
    await this.uow.execute(
      `UPDATE service SET name = $3, description = $4, duration_minutes = $5, buffer_before_minutes = $6,
         buffer_after_minutes = $7, price_amount = $8, price_currency = $9, active = $10, version = $11
       WHERE tenant_id = $1 AND id = $2`,
      valuesOf(view),
    );
  }

  private async select(where: string, parameters: unknown[]): Promise<ServiceView[]> {
    const rows = await this.uow.query<ServiceRow>(
      `SELECT ${COLUMNS} FROM service WHERE tenant_id = $1 ${where}`,
      [currentTenant(), ...parameters],
    );
    return rows.map(({ amount, currency, ...rest }) => ({ ...rest, price: { amount, currency } }));
  }
}

const valuesOf = (view: ServiceView): unknown[] => [
  currentTenant(),
  view.id,
  view.name,
  view.description,
  view.durationMinutes,
  view.bufferBeforeMinutes,
  view.bufferAfterMinutes,
  view.price.amount,
  view.price.currency,
  view.active,
  view.version,
];
