import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsString, Length, MaxLength, ValidateIf } from 'class-validator';
import { MayBeNull } from '#libs/http';
import { CERTIFICATE_STATES } from '../domain/certificate.js';

const REPORTS = ['issuing', 'active', 'failed', 'revoked'] as const;

export class AddDomainDto {
  /** Unicode or punycode, without scheme, port or path. @example chat.salon.example */
  @IsString()
  @Length(1, 1000)
  name: string;
}

export class ReportCertificateDto {
  @ApiProperty({ enum: REPORTS, enumName: 'CertificateReportState' })
  @IsIn(REPORTS)
  state: (typeof REPORTS)[number];

  /** When the certificate runs out; with `active`. @example 2027-02-19T10:00:00Z */
  @ApiPropertyOptional({ type: 'string', format: 'date-time' })
  @ValidateIf((dto: ReportCertificateDto) => dto.state === 'active' || dto.notAfter !== undefined)
  @IsISO8601({ strict: true, strictSeparator: true })
  @Length(20, 35)
  notAfter?: string;

  /** What went wrong, for the business to read. @example acme: rate limited */
  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 500 })
  @MayBeNull()
  @IsString()
  @MaxLength(500)
  error?: string | null;
}

export class DnsRecordDto {
  @ApiProperty({ enum: ['TXT', 'CNAME'], enumName: 'DnsRecordType' })
  type: 'TXT' | 'CNAME';
  /** @example _frontdesk-challenge.chat.salon.example */
  name: string;
  /** @example frontdesk-0V9iXz2w... */
  value: string;
}

export class CertificateDto {
  @ApiProperty({ enum: CERTIFICATE_STATES, enumName: 'CertificateState' })
  state: (typeof CERTIFICATE_STATES)[number];
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  notAfter: Date | null;
  /** @example "acme: rate limited" */
  @ApiProperty({ type: 'string', nullable: true })
  error: string | null;
}

export class DomainDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** As browsers send it. @example xn--bcher-kva.example */
  name: string;
  /** For people. @example bücher.example */
  unicodeName: string;
  /** `grace`: the record was not found again. `suspended`: for too long; set it again and verify. */
  @ApiProperty({ enum: ['unproven', 'proven', 'grace', 'suspended'], enumName: 'DomainOwnership' })
  ownership: 'unproven' | 'proven' | 'grace' | 'suspended';
  certificate: CertificateDto;
  /** What is to be set in the DNS, and to stay. */
  records: DnsRecordDto[];
  /** Until when it must be verified; null once it is. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  claimExpiresAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  verifiedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  checkedAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  graceUntil: Date | null;
  createdAt: Date;
  /** @example 1 */
  version: number;
}

export class DomainPageDto {
  data: DomainDto[];
  /** Whether a further page exists. */
  hasMore: boolean;
}
