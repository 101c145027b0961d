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
}>('audit.head.signed.v1');

/** Somebody wants the trail as files. */
export const AuditExportRequested = defineEvent<{ exportId: string }>('audit.export.requested.v1');
