import { canonicalJson } from '#libs/kernel';
import type { Signature } from '#libs/security';
import type { ExportFormat } from './export-file.js';
import type { SignedHead } from './signed-head.js';

export interface ExportManifest {
  readonly version: 1;
  readonly exportId: string;
  readonly tenantId: string;
  readonly format: ExportFormat;
  /** What entries were chosen by; empty for all of them. */
  readonly filter: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly entries: number;
  readonly firstSequence: number | null;
  readonly lastSequence: number | null;
  /** Where the trail stood when it was taken out. */
  readonly head: SignedHead;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

export interface SignedManifest {
  readonly manifest: ExportManifest;
  readonly signature: Signature;
}

/** The bytes that the signature of a manifest is over. */
export const manifestBytes = (manifest: ExportManifest): Buffer => Buffer.from(canonicalJson(manifest));
