import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { staleVersion } from '../../domain/calendar-errors.js';
import type { CalendarSettings } from '../../domain/calendar-settings.js';
import { TimeZone } from '../../domain/time-zone.js';
import { SettingsRepository } from '../../infrastructure/settings.repository.js';
import { CurrentSettings } from '../current-settings.js';
import { patched } from '../patched.js';
import { UpdateSettingsCommand } from './update-settings.command.js';

@CommandHandler(UpdateSettingsCommand)
export class UpdateSettingsHandler implements ICommandHandler<UpdateSettingsCommand> {
  constructor(
    private readonly current: CurrentSettings,
    private readonly settings: SettingsRepository,
  ) {}

  async execute({ patch, expectedVersion }: UpdateSettingsCommand): Promise<CalendarSettings> {
    if (patch.timeZone !== undefined) TimeZone.of(patch.timeZone);
    const present = await this.current.lock();
    if (expectedVersion !== undefined && expectedVersion !== present.version) {
      throw staleVersion('calendar.settings_changed', expectedVersion, present.version);
    }
    const changed = patched(present, patch);
    await this.settings.save(changed);
    return changed;
  }
}
