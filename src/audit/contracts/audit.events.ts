import { defineEvent } from '#libs/kernel';

/** The end of a business's audit trail was signed: keep it where the installation's administrators cannot change it. */
export const AuditHeadSigned = defineEvent<{
  number: number;
  /** The last entry that it covers. */
  sequence: number;
  /** Of that entry, in hex. */
  hash: string;
  mac: string;
  /** ISO 8601. */
  at: string;
  keyId: string;
  /** Ed25519, base64url. */
  signature: string;
}>('audit.head.signed.v1', {
  summary: 'The end of the audit trail was signed: keep it where nobody here can change it.',
  schemaName: 'AuditHeadSignedPayload',
  fields: {
    number: { type: 'integer', minimum: 1, maximum: 2_147_483_647, description: 'Counts the heads.' },
    sequence: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'The last entry that it covers.',
    },
    hash: { type: 'string', description: 'Public hash of that entry, in hex.' },
    mac: { type: 'string', description: 'MAC of that entry, in hex.' },
    at: { type: 'string', format: 'date-time', description: 'When it was signed.' },
    keyId: { type: 'string', description: 'Which key signed: see GET /api/v1/audit/keys.' },
    signature: { type: 'string', description: 'Ed25519, base64url.' },
  },
  example: {
    number: 7,
    sequence: 1204,
    hash: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
    mac: '7d793037a0760186574b0282f2f435e7f0a1c3b5d7e9f1a3b5c7d9e1f3a5b7c9',
    at: '2026-03-16T09:00:00.000Z',
    keyId: 'k1',
    signature: 'c2lnbmF0dXJl',
  },
});

/** Somebody wants the trail as files. */
export const AuditExportRequested = defineEvent<{ exportId: string }>('audit.export.requested.v1');
