import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DateTime } from 'luxon';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { SystemFunctions } from '#libs/persistence';
import { type DataKey, DataKeys, type KeyPurpose } from './data-keys.js';
import { type FieldPlace, sealWith } from './field-cipher.js';

const HOURLY_MS = 3_600_000;

/** The calendar week (ISO 8601, UTC) of an instant: `2026-W47`. */
export const weekOf = (at: Date): string => DateTime.fromJSDate(at, { zone: 'utc' }).toFormat("kkkk-'W'WW");

export const epochKey = (at: Date): KeyPurpose => ({ scope: `epoch:${weekOf(at)}`, subjectId: null });

/**
 * Keys of what comes in before it is known whose it is: one a tenant and week. When the week's events are older than
 * RAW_EVENT_DAYS, the key is destroyed, and no copy of them can be read any more.
 */
@Injectable()
export class EpochKeys {
  private readonly logger = new Logger(EpochKeys.name);

  constructor(
    private readonly keys: DataKeys,
    private readonly system: SystemFunctions,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Outside of any unit of work. Opens with `FieldCipher` like anything else of the tenant. */
  async seal(tenantId: string, value: string, place: FieldPlace, at: Date): Promise<string> {
    const key: DataKey = await this.keys.currentOf(tenantId, epochKey(at));
    return sealWith(key, tenantId, value, place);
  }

  @Interval(HOURLY_MS)
  async expire(): Promise<number> {
    if (this.settings.process.role === 'api') return 0;
    const kept = new Date(this.clock.now().getTime() - this.settings.security.rawEventDays * 86_400_000);
    try {
      const gone = await this.system.call<{ tenant_id: string }>('data_keys_expire_epochs', [
        `epoch:${weekOf(kept)}`,
        this.clock.now(),
      ]);
      for (const tenantId of new Set(gone.map(({ tenant_id }) => tenant_id))) this.keys.forget(tenantId);
      return gone.length;
    } catch (error) {
      this.logger.warn({ err: error }, 'keys of past weeks could not be destroyed; next hour again');
      return 0;
    }
  }
}
