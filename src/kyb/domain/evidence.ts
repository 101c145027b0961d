import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import type { Exchange, SnapshotFacts } from './register.js';
import type { CheckSource, CheckState } from './sources.js';

export const TRIGGERS = [
  'manual',
  'created',
  'changed',
  'schedule',
  'retry',
  'list_change',
  'full_pass',
] as const;
export type CheckTrigger = (typeof TRIGGERS)[number];

/** An edition of a list, as evidence names it. */
export interface EditionRef {
  readonly list: string;
  readonly number: number;
  /** SHA-256 of the bytes as fetched, hex. */
  readonly contentHash: string;
}

export interface EvidenceHit {
  readonly list: string;
  readonly entryId: string;
  readonly entryHash: string;
  /** Basis points. */
  readonly score: number;
  readonly band: string;
  /** The matcher's account: its points add up to the score. */
  readonly explanation: unknown;
}

/** One look at one counterparty, with everything that it was decided by. */
export interface Check {
  readonly id: string;
  readonly counterpartyId: string;
  readonly source: CheckSource;
  readonly state: CheckState;
  readonly reason: string | null;
  readonly trigger: CheckTrigger;
  readonly runId: string | null;
  /** Editions that were searched; empty for registers. */
  readonly listVersions: readonly EditionRef[];
  readonly matcherVersion: string | null;
  /** Threshold (basis points) and whatever else the answer depends on. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  /** What the source calls its answer. */
  readonly reference: string | null;
  /** What was asked: the facts of the counterparty as they were. */
  readonly question: unknown;
  readonly facts: SnapshotFacts | null;
  readonly hits: readonly EvidenceHit[];
  readonly exchanges: readonly Exchange[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

export const EVIDENCE_FORMAT = 'frontdesk.kyb-evidence.v1';

/** An exchange as JSON: bodies in base64, each with its SHA-256. */
export const exchangeToJson = (exchange: Exchange) => ({
  ...exchange,
  requestBody: exchange.requestBody?.toString('base64') ?? null,
  responseBody: exchange.responseBody?.toString('base64') ?? null,
  responseSha256: exchange.responseBody
    ? createHash('sha256').update(exchange.responseBody).digest('hex')
    : null,
  sentAt: exchange.sentAt.toISOString(),
  answeredAt: exchange.answeredAt?.toISOString() ?? null,
});
export type ExchangeJson = ReturnType<typeof exchangeToJson>;

/** The document that a check is proved by. The same check gives the same document, byte for byte in canonical JSON. */
export const evidenceOf = (check: Omit<Check, 'exchanges'>, exchanges: readonly ExchangeJson[]) => ({
  format: EVIDENCE_FORMAT,
  checkId: check.id,
  counterpartyId: check.counterpartyId,
  source: check.source,
  state: check.state,
  reason: check.reason,
  trigger: check.trigger,
  runId: check.runId,
  lists: check.listVersions.map(({ list, number, contentHash }) => ({ list, number, contentHash })),
  matcherVersion: check.matcherVersion,
  settings: check.settings,
  reference: check.reference,
  question: check.question,
  facts: check.facts,
  hits: check.hits.map(({ list, entryId, entryHash, score, band, explanation }) => ({
    list,
    entryId,
    entryHash,
    score,
    band,
    explanation,
  })),
  exchanges,
  startedAt: check.startedAt.toISOString(),
  finishedAt: check.finishedAt.toISOString(),
});
export type EvidenceDocument = ReturnType<typeof evidenceOf>;

/** SHA-256 of the canonical JSON (RFC 8785), hex. */
export const evidenceHash = (document: EvidenceDocument): string =>
  createHash('sha256').update(canonicalJson(document)).digest('hex');
