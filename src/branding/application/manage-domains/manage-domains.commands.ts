import { Command, Query } from '@nestjs/cqrs';
import type { CertificateReport } from '../../domain/certificate.js';
import type { CustomDomain, DnsFindings } from '../../domain/custom-domain.js';

/** Newest first; one more than `limit`. */
export class ListDomainsQuery extends Query<CustomDomain[]> {
  constructor(readonly page: { limit: number; startingAfter?: string }) {
    super();
  }
}

/** Error: `domains.not_found`. */
export class GetDomainQuery extends Query<CustomDomain> {
  constructor(readonly domainId: string) {
    super();
  }
}

/**
 * Claims a domain for the business of the context; it is theirs once it is proved. A claim of another business does not
 * stand in the way. Errors: `domains.name_invalid`, `domains.name_reserved` (422), `domains.exists`, `domains.too_many` (409).
 */
export class AddDomainCommand extends Command<CustomDomain> {
  constructor(readonly name: string) {
    super();
  }
}

/** Error: `domains.not_found`. */
export class RemoveDomainCommand extends Command<void> {
  constructor(readonly domainId: string) {
    super();
  }
}

/** The proof was seen. Errors: `domains.not_found`, `domains.claim_expired`, `domains.taken` (409). */
export class ProveDomainCommand extends Command<CustomDomain> {
  constructor(
    readonly domainId: string,
    readonly found: DnsFindings,
  ) {
    super();
  }
}

/** A check that nobody asked for; `found` is null when the DNS was not asked. A claim that is over goes. */
export class RecordCheckCommand extends Command<void> {
  constructor(
    readonly domainId: string,
    readonly found: DnsFindings | null,
  ) {
    super();
  }
}

/** Errors: `domains.not_found`, and those of `reported`. */
export class ReportCertificateCommand extends Command<CustomDomain> {
  constructor(
    readonly domainId: string,
    readonly report: CertificateReport,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
