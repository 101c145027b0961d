import { DataSource, type DataSourceOptions } from 'typeorm';
import { types } from 'pg';

// bigint (oid 20) arrives as text by default; sequence numbers and micro-units of ours stay far below 2^53.
types.setTypeParser(types.builtins.INT8, Number);

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize?: number;
  readonly entities?: DataSourceOptions['entities'];
  readonly migrations?: DataSourceOptions['migrations'];
}

/** Options shared by the application, the migrations and the tests. The schema comes from migrations alone. */
export const dataSourceOptions = ({
  url,
  poolSize = 10,
  entities,
  migrations,
}: DatabaseOptions): DataSourceOptions => ({
  type: 'postgres',
  url,
  entities: entities ?? [],
  migrations: migrations ?? [],
  migrationsTableName: 'schema_migration',
  migrationsTransactionMode: 'each',
  synchronize: false,
  logging: false,
  invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  applicationName: 'frontdesk',
  poolSize,
  // A dropped connection is replaced by the pool; the error itself reaches whoever holds the connection.
  poolErrorHandler: () => undefined,
  // `pipeline`: statements of one connection are sent without waiting for the answers to those before.
  extra: { connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000, pipeline: true },
});

export const createDataSource = (options: DatabaseOptions): DataSource =>
  new DataSource(dataSourceOptions(options));
