import type { RequestView } from '../application/requests/request-desk.js';
import type { LegalHold } from '../domain/data-request.js';
import type { LegalHoldDto } from './hold.dto.js';
import type { PrivacyRequestDto } from './request.dto.js';

/** What is shown of a request. The keyed names that it is found by stay inside. */
export const toRequestDto = (view: RequestView): PrivacyRequestDto => ({
  id: view.id,
  kind: view.kind,
  state: view.state,
  subjectKind: view.subjectKind,
  subjectName: view.subjectName,
  reason: view.reason,
  requestedBy: view.requestedBy,
  dueBy: view.dueBy,
  createdAt: view.createdAt,
  startedAt: view.startedAt,
  finishedAt: view.finishedAt,
  exportSha256: view.exportSha256,
  exportBytes: view.exportBytes,
  exportExpiresAt: view.exportExpiresAt,
  steps: view.steps.map(({ store, state, what, records, reason, finishedAt }) => ({
    store,
    state,
    what,
    records,
    reason,
    finishedAt,
  })),
  holds: view.holds.map(({ id, reason }) => ({ id, reason })),
  version: view.version,
});

export const toHoldDto = (hold: LegalHold): LegalHoldDto => ({
  id: hold.id,
  subjectName: hold.subjectName,
  dataClasses: hold.dataClasses,
  reason: hold.reason,
  authority: hold.authority,
  until: hold.until,
  placedAt: hold.placedAt,
  placedBy: hold.placedBy,
  liftedAt: hold.liftedAt,
  liftedBy: hold.liftedBy,
  liftReason: hold.liftReason,
  version: hold.version,
});
