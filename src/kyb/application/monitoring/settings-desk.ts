import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type KybSettings, KybSettingsRepository } from '../../infrastructure/kyb-settings.repository.js';

@Injectable()
export class KybSettingsDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly settings: KybSettingsRepository,
  ) {}

  get(): Promise<KybSettings> {
    return this.uow.run(() => this.settings.get());
  }

  /** Error: `kyb.settings_changed` (412). */
  put(next: Omit<KybSettings, 'version'>, expectedVersion: number | undefined): Promise<KybSettings> {
    return this.uow.run(async () => {
      const known = await this.settings.locked();
      if (expectedVersion !== undefined && expectedVersion !== known.version)
        throw new DomainError(
          'stale',
          'kyb.settings_changed',
          'Somebody has changed the settings since you read them. Read them again.',
          { facts: { version: known.version } },
        );
      await this.settings.save(next);
      return this.settings.get();
    });
  }
}
