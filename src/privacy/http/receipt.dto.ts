import { ApiProperty } from '@nestjs/swagger';

export class ReceiptKeyDto {
  /** @example 9f0c6f3f9b100198 */
  kid: string;
  /** @example OKP */
  kty: string;
  /** @example Ed25519 */
  crv: string;
  /** 32 bytes in base64url. @example 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIuaaPcHUR */
  x: string;
  /** Whether it signs today. */
  current: boolean;
}

export class ReceiptKeysDto {
  keys: ReceiptKeyDto[];
}

export class PrivacyReceiptStoreDto {
  /** @example conversations.messages */
  store: string;
  /** @example deleted */
  what: string | null;
  /** @example 12 */
  records: number;
  /** @example "Invoices are kept for ten years" */
  reason: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: string | null;
}

/** `signature.signature`: Ed25519 over the canonical JSON (keys in code-point order) of the document without `signature`. */
export class PrivacyReceiptDto {
  @ApiProperty({ type: 'string', example: 'frontdesk.privacy-receipt.v1' })
  format: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  tenantId: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b38 */
  requestId: string;
  /** @example erasure */
  kind: string;
  /** @example completed */
  state: string;
  /** The person, by keyed hash. @example 9f86d081884c7d659a2feaa0c55ad015 */
  subject: string;
  requestedAt: Date;
  dueBy: Date;
  finishedAt: Date;
  /** Of the exported document. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  exportSha256: string | null;
  stores: PrivacyReceiptStoreDto[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: {
      keyId: '9f0c6f3f9b100198',
      signature: 'dGhlIHNpZ25hdHVyZSBvZiBhIGhlYWQgb3IgYSByZWNlaXB0IGlzIHNpeHR5LWZvdXIgYnl0ZXMgbG9uZw',
    },
  })
  signature: Record<string, string>;
}
