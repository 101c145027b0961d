import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { Settings } from '#libs/config';
import { HealthController } from './health.controller.js';
import { HealthChecks } from './health-checks.js';
import { logDestination, loggerOptions, openLog } from './logger-options.js';
import { Metrics } from './metrics.js';
import { RequestObserver } from './request-observer.js';

/** Logs, metrics and health. `app.useLogger(app.get(Logger))` with the `Logger` exported here. */
@Global()
@Module({})
export class ObservabilityModule {
  /** `embedded`: this process runs on the embedded engines, so a person is at its terminal. */
  static forRoot({ embedded }: { embedded: boolean }): DynamicModule {
    return {
      module: ObservabilityModule,
      imports: [
        LoggerModule.forRootAsync({
          inject: [Settings],
          useFactory: (settings: Settings) => ({
            pinoHttp: [
              { ...loggerOptions(settings), autoLogging: false },
              openLog(logDestination(settings, embedded)),
            ],
            // Requests are logged by RequestObserver; the per-request middleware would only cost time.
            forRoutes: [],
          }),
        }),
      ],
      controllers: [HealthController],
      providers: [Metrics, HealthChecks, RequestObserver],
      exports: [Metrics, HealthChecks, LoggerModule],
    };
  }
}
