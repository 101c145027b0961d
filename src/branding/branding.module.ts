import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { GetSenderHandler } from './application/get-sender/get-sender.handler.js';
import {
  GetBrandingHandler,
  PutAssetHandler,
  RemoveAssetHandler,
  UpdateBrandingHandler,
} from './application/manage-branding/manage-branding.handlers.js';
import {
  AddDomainHandler,
  GetDomainHandler,
  ListDomainsHandler,
  RemoveDomainHandler,
} from './application/manage-domains/manage-domains.handlers.js';
import {
  ReadSenderHandler,
  UpdateSenderHandler,
} from './application/manage-sender/manage-sender.handlers.js';
import { TestSenderService } from './application/manage-sender/test-sender.service.js';
import {
  GetAssetHandler,
  GetStylesheetHandler,
  PublicBrandingHandler,
} from './application/public-branding/public-branding.handlers.js';
import { DomainWatch } from './application/verify-domain/domain-watch.js';
import {
  ProveDomainHandler,
  RecordCheckHandler,
  ReportCertificateHandler,
} from './application/verify-domain/verify-domain.handlers.js';
import { VerifyDomainService } from './application/verify-domain/verify-domain.service.js';
import { HostDirectory, SmtpTransports } from './contracts/index.js';
import { assertMachine, MACHINE } from './domain/certificate.js';
import { BrandingController } from './http/branding.controller.js';
import { DomainsController } from './http/domains.controller.js';
import { HostGate } from './http/host-gate.js';
import { PublicBrandingController } from './http/public-branding.controller.js';
import { SenderController } from './http/sender.controller.js';
import { TlsAskController } from './http/tls-ask.controller.js';
import { BrandAssetRepository } from './infrastructure/brand-asset.repository.js';
import { BrandingRepository } from './infrastructure/branding.repository.js';
import { DnsResolver, SystemDnsResolver } from './infrastructure/dns-resolver.js';
import { DomainRepository } from './infrastructure/domain.repository.js';
import { GuardedSmtpTransports } from './infrastructure/guarded-smtp-transports.js';
import { OwnHosts } from './infrastructure/own-hosts.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';
import { SenderRepository } from './infrastructure/sender.repository.js';
import { SmtpGuard } from './infrastructure/smtp-guard.js';
import { SystemHostDirectory } from './infrastructure/system-host-directory.js';

/** How a business looks to its customers, on which domains, and as whom it writes. */
@Global()
@Module({
  controllers: [
    SenderController,
    BrandingController,
    PublicBrandingController,
    DomainsController,
    TlsAskController,
  ],
  providers: [
    BrandingRepository,
    BrandAssetRepository,
    DomainRepository,
    SenderRepository,
    OwnHosts,
    SystemHostDirectory,
    SmtpGuard,
    HostGate,
    VerifyDomainService,
    DomainWatch,
    TestSenderService,
    { provide: HostDirectory, useExisting: SystemHostDirectory },
    { provide: DnsResolver, useClass: SystemDnsResolver },
    { provide: SmtpTransports, useClass: GuardedSmtpTransports },
    GetBrandingHandler,
    UpdateBrandingHandler,
    PutAssetHandler,
    RemoveAssetHandler,
    PublicBrandingHandler,
    GetStylesheetHandler,
    GetAssetHandler,
    ListDomainsHandler,
    GetDomainHandler,
    AddDomainHandler,
    RemoveDomainHandler,
    ProveDomainHandler,
    RecordCheckHandler,
    ReportCertificateHandler,
    ReadSenderHandler,
    UpdateSenderHandler,
    GetSenderHandler,
  ],
  exports: [HostDirectory, SmtpTransports],
})
export class BrandingModule implements OnModuleInit {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }

  onModuleInit(): void {
    assertMachine(MACHINE);
  }
}
