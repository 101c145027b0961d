import { SealedTables } from '#libs/encryption';
import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AuditTrailModule, PersonalDataInterceptor } from '#libs/audit';
import { AccessGuard } from './access.guard.js';
import { DeprecationGuard } from './deprecation.guard.js';
import { ContextInterceptor } from './context.interceptor.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPruner } from './idempotency-pruner.js';
import { IdempotencyRecords } from './idempotency-records.js';
import { IdempotencyStore } from './idempotency.store.js';
import { MemberAccess } from './member-access.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestValidationPipe } from './validation.pipe.js';
import { VersionTagInterceptor } from './version-tag.interceptor.js';

/** What every request goes through: guard, then the interceptors in this order, then the pipe; the filter on any throw. */
@Global()
@Module({
  imports: [AuditTrailModule],
  providers: [
    IdempotencyRecords,
    IdempotencyPruner,
    IdempotencyStore,
    MemberAccess,
    { provide: APP_GUARD, useClass: DeprecationGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: ContextInterceptor },
    { provide: APP_INTERCEPTOR, useClass: PersonalDataInterceptor },
    { provide: APP_INTERCEPTOR, useClass: VersionTagInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [MemberAccess],
})
export class HttpModule {
  constructor(tables: SealedTables) {
    tables.add({ table: 'idempotency_key', columns: [{ name: 'response', kind: 'json' }] });
  }
}
