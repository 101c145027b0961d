import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { CarryOutRequestOnAccepted } from './application/carry-out-request/on-request-accepted.handler.js';
import { RequestRunner } from './application/carry-out-request/request-runner.js';
import { HoldDesk } from './application/holds/hold-desk.js';
import { RequestDesk } from './application/requests/request-desk.js';
import { SubjectResolver } from './application/requests/subject-resolver.js';
import { LegalMinimumHandler } from './application/legal-minimum/legal-minimum.handler.js';
import { RetentionRunner } from './application/retention/retention-runner.js';
import { PrivacyController } from './http/privacy.controller.js';
import { HoldRepository } from './infrastructure/hold.repository.js';
import { RequestStore, SubjectKeyStore } from './infrastructure/privacy.stores.js';
import { RequestRepository } from './infrastructure/request.repository.js';
import { RetentionRunRepository } from './infrastructure/retention-run.repository.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';

/** What people may ask about their data, what keeps it from being deleted, and when it goes by itself. */
@Module({
  controllers: [PrivacyController],
  providers: [
    RequestRepository,
    HoldRepository,
    RetentionRunRepository,
    RequestStore,
    SubjectKeyStore,
    SubjectResolver,
    RequestDesk,
    RequestRunner,
    CarryOutRequestOnAccepted,
    HoldDesk,
    LegalMinimumHandler,
    RetentionRunner,
  ],
})
export class PrivacyModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
