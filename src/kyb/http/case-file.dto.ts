import { ApiProperty } from '@nestjs/swagger';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class CaseManifestDto {
  /** SHA-256 of the canonical JSON (RFC 8785) of each part of the file, hex. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { alerts: HASH } })
  parts: object;
  /** SHA-256 of the canonical JSON of `parts`, hex. */
  @ApiProperty({ type: String, example: HASH })
  sha256: string;
}

/** A case with everything it was decided by. */
export class CaseFileDto {
  /** `frontdesk.kyb-case.v1`: case, counterparty, alerts with their history, risk, and the evidence of checks. */
  @ApiProperty({ type: Object, additionalProperties: true, example: { format: 'frontdesk.kyb-case.v1' } })
  file: object;
  manifest: CaseManifestDto;
}
