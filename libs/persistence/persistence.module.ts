import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Settings } from '#libs/config';
import { dataSourceOptions } from './data-source.js';
import { SystemFunctions } from './system-functions.js';
import { UnitOfWork } from './unit-of-work.js';

/** The database connection and the unit of work. `Settings.database.url` must be known by now. */
@Global()
@Module({})
export class PersistenceModule {
  static forRoot(entities: DataSourceOptions['entities']) {
    return {
      module: PersistenceModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Settings],
          useFactory: (settings: Settings) => ({
            ...dataSourceOptions({
              url: settings.database.url ?? '',
              poolSize: settings.database.poolSize,
              entities,
            }),
            retryAttempts: 10,
            retryDelay: 500,
          }),
        }),
      ],
      providers: [UnitOfWork, SystemFunctions],
      exports: [UnitOfWork, SystemFunctions, TypeOrmModule],
    };
  }
}
