import { Injectable } from '@nestjs/common';
import { GetTenantQuery } from '#contracts/tenancy';
import { Dispatcher } from '#libs/messaging';
import { type CalendarSettings, initialSettings } from '../domain/calendar-settings.js';
import { SettingsRepository } from '../infrastructure/settings.repository.js';

/** The settings of the business; at their first use they are made from its profile. */
@Injectable()
export class CurrentSettings {
  constructor(
    private readonly settings: SettingsRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  async get(): Promise<CalendarSettings> {
    return (await this.settings.find()) ?? this.create(() => this.settings.find());
  }

  /** As SettingsRepository.lock. */
  async lock(): Promise<CalendarSettings> {
    return (await this.settings.lock()) ?? this.create(() => this.settings.lock());
  }

  private async create(read: () => Promise<CalendarSettings | null>): Promise<CalendarSettings> {
    const { timeZone } = await this.dispatcher.ask(new GetTenantQuery());
    await this.settings.create(initialSettings(timeZone));
    const created = await read();
    if (!created) throw new Error('the calendar settings have vanished inside their own transaction');
    return created;
  }
}
