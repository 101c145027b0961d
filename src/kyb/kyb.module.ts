import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { MailModule } from '#libs/mail';
import { AlertDesk } from './application/alerts/alert-desk.js';
import { AlertExpiry } from './application/alerts/alert-expiry.js';
import { Assessor } from './application/alerts/assessor.js';
import { CaseDesk } from './application/alerts/case-desk.js';
import { CaseFiler } from './application/alerts/case-file.js';
import { CaseKeeper } from './application/alerts/case-keeper.js';
import { MailOnAlertAssigned } from './application/alerts/on-alert-assigned.handler.js';
import { MailOnCaseAssigned } from './application/alerts/on-case-assigned.handler.js';
import { MailOnCaseOpened } from './application/alerts/on-case-opened.handler.js';
import { MailOnCaseOverdue } from './application/alerts/on-case-overdue.handler.js';
import { AssessOnCheckRecorded } from './application/alerts/on-check-recorded.handler.js';
import { OverdueSweeper } from './application/alerts/overdue-sweeper.js';
import { RulesDesk } from './application/alerts/rules-desk.js';
import { CheckDesk } from './application/checks/check-desk.js';
import { CheckRecorder } from './application/checks/check-recorder.js';
import { CheckRunner } from './application/checks/check-runner.js';
import { CounterpartyDesk } from './application/counterparties/counterparty-desk.js';
import { CounterpartyImporter } from './application/counterparties/counterparty-import.js';
import { RelationDesk } from './application/counterparties/relation-desk.js';
import { CoverageDesk } from './application/monitoring/coverage-desk.js';
import { Monitor } from './application/monitoring/monitor.js';
import { NoticeMonitor } from './application/monitoring/notice-monitor.js';
import { Rescreener } from './application/monitoring/rescreener.js';
import { MailOnSourceRecovered, MailOnSourceStale } from './application/monitoring/on-source.handlers.js';
import { RunDesk } from './application/monitoring/run-desk.js';
import { KybSettingsDesk } from './application/monitoring/settings-desk.js';
import { SourceDesk } from './application/monitoring/source-desk.js';
import { SourceWatch } from './application/monitoring/source-watch.js';
import { IsPersonHandler } from './application/privacy/is-person.handler.js';
import { ScreenDesk } from './application/screening/screen-desk.js';
import { ScreeningEngine } from './application/screening/screening-engine.js';
import { AlertsController } from './http/alerts.controller.js';
import { CasesController } from './http/cases.controller.js';
import { ChecksController } from './http/checks.controller.js';
import { CounterpartiesController } from './http/counterparties.controller.js';
import { RegistersController } from './http/registers.controller.js';
import { ScreeningController } from './http/screening.controller.js';
import { AlertRepository } from './infrastructure/alert.repository.js';
import { CaseRepository } from './infrastructure/case.repository.js';
import { CheckRepository } from './infrastructure/check.repository.js';
import { CounterpartyRepository } from './infrastructure/counterparty.repository.js';
import { CounterpartyStore } from './infrastructure/counterparty.store.js';
import { CoverageRepository } from './infrastructure/coverage.repository.js';
import { ImportRepository } from './infrastructure/import.repository.js';
import { KybSettingsRepository } from './infrastructure/kyb-settings.repository.js';
import { RelationRepository } from './infrastructure/relation.repository.js';
import { RiskRepository } from './infrastructure/risk.repository.js';
import { RunRepository } from './infrastructure/run.repository.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';
import { SourceOutageRepository } from './infrastructure/source-outage.repository.js';
import { KybListsModule } from './lists.module.js';
import { KybRegistersModule } from './registers.module.js';

/** Know every counterparty: who they are, who lists them, what changed, and the proof of each look. */
@Module({
  imports: [KybListsModule, KybRegistersModule, MailModule],
  controllers: [
    CounterpartiesController,
    ChecksController,
    ScreeningController,
    AlertsController,
    CasesController,
    RegistersController,
  ],
  providers: [
    CounterpartyRepository,
    CounterpartyStore,
    IsPersonHandler,
    RelationRepository,
    ImportRepository,
    CheckRepository,
    CoverageRepository,
    RunRepository,
    KybSettingsRepository,
    AlertRepository,
    CaseRepository,
    RiskRepository,
    SourceOutageRepository,
    CounterpartyDesk,
    RelationDesk,
    CounterpartyImporter,
    ScreeningEngine,
    ScreenDesk,
    CheckRecorder,
    CheckRunner,
    CheckDesk,
    CoverageDesk,
    Rescreener,
    RunDesk,
    KybSettingsDesk,
    Monitor,
    NoticeMonitor,
    CaseKeeper,
    Assessor,
    AssessOnCheckRecorded,
    MailOnCaseOpened,
    MailOnAlertAssigned,
    MailOnCaseAssigned,
    MailOnCaseOverdue,
    AlertDesk,
    AlertExpiry,
    CaseDesk,
    OverdueSweeper,
    SourceDesk,
    SourceWatch,
    MailOnSourceStale,
    MailOnSourceRecovered,
    RulesDesk,
    CaseFiler,
  ],
})
export class KybModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
