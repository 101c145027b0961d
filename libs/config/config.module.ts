import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '#libs/kernel';
import { Settings } from './settings.js';

/** Settings and the clock, for everyone. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(settings: Settings, clock: Clock = new SystemClock()): DynamicModule {
    const providers = [
      { provide: Settings, useValue: settings },
      { provide: Clock, useValue: clock },
    ];
    return { module: ConfigModule, providers, exports: providers };
  }
}
