import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface KybSettings {
  /** The business's own VAT number: with it VIES gives consultation numbers. */
  readonly requesterVatNumber: string | null;
  /** After how many days all counterparties are screened against all lists, whatever changed. */
  readonly fullPassDays: number;
  readonly version: number;
}

@Injectable()
export class KybSettingsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async get(locking: '' | 'FOR UPDATE' = ''): Promise<KybSettings> {
    const [row] = await this.uow.query<KybSettings>(
      `SELECT requester_vat_number AS "requesterVatNumber", full_pass_days AS "fullPassDays", version
       FROM kyb_settings WHERE tenant_id = $1 ${locking}`,
      [currentTenant()],
    );
    return row ?? { requesterVatNumber: null, fullPassDays: 7, version: 1 };
  }

  /** With its row locked, which is made when it is not there. */
  async locked(): Promise<KybSettings> {
    await this.uow.execute(
      'INSERT INTO kyb_settings (tenant_id, id) VALUES ($1, $1) ON CONFLICT DO NOTHING',
      [currentTenant()],
    );
    return this.get('FOR UPDATE');
  }

  async save(settings: Pick<KybSettings, 'requesterVatNumber' | 'fullPassDays'>): Promise<void> {
    await this.uow.execute(
      `INSERT INTO kyb_settings (tenant_id, id, requester_vat_number, full_pass_days) VALUES ($1, $1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET requester_vat_number = excluded.requester_vat_number,
         full_pass_days = excluded.full_pass_days, version = kyb_settings.version + 1`,
      [currentTenant(), settings.requesterVatNumber, settings.fullPassDays],
    );
  }
}
