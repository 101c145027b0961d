import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type Branding, type BrandingFields, UNBRANDED } from '../domain/branding.js';
import { NO_COLORS } from '../domain/colors.js';

const COLUMNS = `display_name AS "displayName", colors, support, hide_powered_by AS "hidePoweredBy",
  custom_css AS "customCss", version`;

/** One row a business, made when it is first written. */
@Injectable()
export class BrandingRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async find(): Promise<Branding> {
    return (await this.select('')) ?? UNBRANDED;
  }

  /** With the row locked until the unit of work ends. */
  async lock(): Promise<Branding> {
    await this.uow.execute(
      'INSERT INTO branding (tenant_id, id, updated_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [currentTenant(), newId(), this.clock.now()],
    );
    const row = await this.select('FOR UPDATE');
    if (!row) throw new Error('the branding has vanished inside its own transaction');
    return row;
  }

  /** To be called with the row locked. */
  async save(fields: BrandingFields): Promise<void> {
    await this.uow.execute(
      `UPDATE branding SET display_name = $2, colors = $3, support = $4, hide_powered_by = $5, custom_css = $6,
         version = version + 1, updated_at = $7 WHERE tenant_id = $1`,
      [
        currentTenant(),
        fields.displayName,
        JSON.stringify(fields.colors),
        JSON.stringify(fields.support),
        fields.hidePoweredBy,
        fields.customCss,
        this.clock.now(),
      ],
    );
  }

  /** A picture is part of the branding: changing it changes the version. */
  async touch(): Promise<void> {
    await this.uow.execute(
      'UPDATE branding SET version = version + 1, updated_at = $2 WHERE tenant_id = $1',
      [currentTenant(), this.clock.now()],
    );
  }

  private async select(locking: '' | 'FOR UPDATE'): Promise<Branding | null> {
    const [row] = await this.uow.query<Branding>(
      `SELECT ${COLUMNS} FROM branding WHERE tenant_id = $1 ${locking}`,
      [currentTenant()],
    );
    if (!row) return null;
    return {
      ...row,
      colors: { ...NO_COLORS, ...row.colors },
      support: { ...UNBRANDED.support, ...row.support },
    };
  }
}
