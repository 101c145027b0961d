import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataSubject, mergeSubjects, type SubjectPart } from '#libs/privacy';
import type { DataRequest, RequestState, RequestStep } from '../domain/data-request.js';

const COLUMNS = `id, kind, state, subject_kind AS "subjectKind", subject_name AS "subjectName", subject_keys AS "subjectKeys",
  reason, requested_by AS "requestedBy", due_by AS "dueBy", created_at AS "createdAt", started_at AS "startedAt",
  finished_at AS "finishedAt", export_sha256 AS "exportSha256", export_bytes::float8 AS "exportBytes",
  export_expires_at AS "exportExpiresAt", version`;
const STEP = `id, store, position, state, what, records, types, reason, finished_at AS "finishedAt"`;
/** Characters of one stored piece of an export. */
const CHUNK = 200_000;

const subjectPlace = (rowId: string) => ({ table: 'privacy_request', column: 'subject_sealed', rowId });
const chunkPlace = (rowId: string) => ({ table: 'privacy_export_chunk', column: 'sealed', rowId });

/** Data-subject requests, their steps, exports and receipts. */
@Injectable()
export class RequestRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  async insert(
    request: Pick<
      DataRequest,
      | 'id'
      | 'kind'
      | 'subjectKind'
      | 'subjectName'
      | 'subjectKeys'
      | 'reason'
      | 'requestedBy'
      | 'dueBy'
      | 'createdAt'
    >,
    subject: DataSubject,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO privacy_request (tenant_id, id, kind, state, subject_kind, subject_name, subject_keys, subject_sealed, reason,
         requested_by, due_by, created_at) VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        currentTenant(),
        request.id,
        request.kind,
        request.subjectKind,
        request.subjectName,
        request.subjectKeys,
        await this.cipher.seal(JSON.stringify(subject), subjectPlace(request.id)),
        request.reason,
        request.requestedBy,
        request.dueBy,
        request.createdAt,
      ],
    );
  }

  /** Error: `privacy-request.not_found`. */
  get(id: string): Promise<DataRequest> {
    return this.one(id, '');
  }

  lock(id: string): Promise<DataRequest> {
    return this.one(id, 'FOR UPDATE');
  }

  list(page: { limit: number; startingAfter?: string; state?: RequestState }): Promise<DataRequest[]> {
    return this.uow.query<DataRequest>(
      `SELECT ${COLUMNS} FROM privacy_request WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)
         AND ($3::text IS NULL OR state = $3) ORDER BY id DESC LIMIT $4`,
      [currentTenant(), page.startingAfter ?? null, page.state ?? null, page.limit + 1],
    );
  }

  /** Requests that wait for holds over any of these names. */
  waiting(subjectKeys: readonly string[]): Promise<{ id: string }[]> {
    return this.uow.query(
      `SELECT id FROM privacy_request WHERE tenant_id = $1 AND state IN ('refused_by_hold', 'partially_completed')
         AND subject_keys && $2::text[] ORDER BY id`,
      [currentTenant(), subjectKeys],
    );
  }

  async setState(id: string, state: RequestState, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE privacy_request SET state = $3, version = version + 1,
         started_at = CASE WHEN $3 = 'running' THEN coalesce(started_at, $4) ELSE started_at END,
         finished_at = CASE WHEN $3 IN ('pending', 'running') THEN NULL ELSE $4::timestamptz END
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, state, at],
    );
  }

  async subject(id: string): Promise<DataSubject> {
    const [row] = await this.uow.query<{ sealed: string | null }>(
      'SELECT subject_sealed AS sealed FROM privacy_request WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id],
    );
    if (!row?.sealed) throw new Error(`request ${id} does not say any more whom it is about`);
    // Those of before know fewer kinds of ids.
    return mergeSubjects(JSON.parse(await this.cipher.open(row.sealed, subjectPlace(id))) as SubjectPart);
  }

  /** Whom the erasures are about that are not over: they run, or wait for a hold. */
  async beingErased(): Promise<DataSubject[]> {
    const rows = await this.uow.query<{ id: string; sealed: string }>(
      `SELECT id, subject_sealed AS sealed FROM privacy_request WHERE tenant_id = $1 AND kind = 'erasure'
         AND state NOT IN ('completed', 'cancelled') AND subject_sealed IS NOT NULL ORDER BY id`,
      [currentTenant()],
    );
    const subjects: DataSubject[] = [];
    for (const { id, sealed } of rows)
      subjects.push(
        mergeSubjects(JSON.parse(await this.cipher.open(sealed, subjectPlace(id))) as SubjectPart),
      );
    return subjects;
  }

  async setSubject(id: string, subject: DataSubject): Promise<void> {
    await this.uow.execute(
      'UPDATE privacy_request SET subject_sealed = $3 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, await this.cipher.seal(JSON.stringify(subject), subjectPlace(id))],
    );
  }

  /** What a request that is done need not know any more. */
  async forgetSubject(id: string): Promise<void> {
    await this.uow.execute(
      `UPDATE privacy_request SET subject_sealed = NULL, reason = '' WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
  }

  steps(requestId: string): Promise<RequestStep[]> {
    return this.uow.query<RequestStep>(
      `SELECT ${STEP} FROM privacy_request_step WHERE tenant_id = $1 AND request_id = $2 ORDER BY position, store`,
      [currentTenant(), requestId],
    );
  }

  /** Adds the steps that are missing, and gives those that were held another turn. */
  async prepareSteps(requestId: string, stores: readonly { name: string; order: number }[]): Promise<void> {
    await this.uow.execute(
      `INSERT INTO privacy_request_step (tenant_id, id, request_id, store, position, state)
       SELECT $1, s.id, $2, s.store, s.position, 'pending' FROM unnest($3::uuid[], $4::text[], $5::int[]) AS s(id, store, position)
       ON CONFLICT (tenant_id, request_id, store) DO UPDATE SET state = 'pending' WHERE privacy_request_step.state = 'held'`,
      [
        currentTenant(),
        requestId,
        stores.map(() => newId()),
        stores.map(({ name }) => name),
        stores.map(({ order }) => order),
      ],
    );
  }

  async advance(
    step: RequestStep,
    patch: {
      state: RequestStep['state'];
      what: string;
      records: number;
      reason: string | null;
      types?: Record<string, number>;
    },
    at: Date,
  ): Promise<void> {
    await this.uow.execute(
      `UPDATE privacy_request_step SET state = $3, what = $4, records = records + $5, reason = $6, types = $7, finished_at = $8
       WHERE tenant_id = $1 AND id = $2`,
      [
        currentTenant(),
        step.id,
        patch.state,
        patch.what,
        patch.records,
        patch.reason,
        JSON.stringify(patch.types ?? {}),
        patch.state === 'pending' ? null : at,
      ],
    );
  }

  /** Stores a part of an export, in sealed pieces; what was there of the same position goes. */
  async store(
    requestId: string,
    part: 'document' | 'summary',
    position: number,
    text: string,
  ): Promise<void> {
    await this.uow.execute(
      'DELETE FROM privacy_export_chunk WHERE tenant_id = $1 AND request_id = $2 AND part = $3 AND position = $4',
      [currentTenant(), requestId, part, position],
    );
    for (let seq = 0; seq * CHUNK < Math.max(text.length, 1); seq += 1) {
      const id = newId();
      const piece = JSON.stringify(text.slice(seq * CHUNK, (seq + 1) * CHUNK));
      await this.uow.execute(
        `INSERT INTO privacy_export_chunk (tenant_id, id, request_id, part, position, seq, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [currentTenant(), id, requestId, part, position, seq, await this.cipher.seal(piece, chunkPlace(id))],
      );
    }
  }

  /** The pieces of an export, in order. */
  async *read(requestId: string, part: 'document' | 'summary'): AsyncGenerator<string> {
    const ids = await this.uow.query<{ id: string }>(
      `SELECT id FROM privacy_export_chunk WHERE tenant_id = $1 AND request_id = $2 AND part = $3 ORDER BY position, seq`,
      [currentTenant(), requestId, part],
    );
    for (const { id } of ids) {
      const [row] = await this.uow.query<{ sealed: string }>(
        'SELECT sealed FROM privacy_export_chunk WHERE tenant_id = $1 AND id = $2',
        [currentTenant(), id],
      );
      if (row) yield JSON.parse(await this.cipher.open(row.sealed, chunkPlace(id))) as string;
    }
  }

  async setExport(id: string, sha256: string, bytes: number, expiresAt: Date): Promise<void> {
    await this.uow.execute(
      'UPDATE privacy_request SET export_sha256 = $3, export_bytes = $4, export_expires_at = $5 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, sha256, bytes, expiresAt],
    );
  }

  async insertReceipt(requestId: string, document: object, at: Date): Promise<void> {
    await this.uow.execute(
      'INSERT INTO privacy_receipt (tenant_id, id, request_id, document, issued_at) VALUES ($1, $2, $3, $4, $5)',
      [currentTenant(), newId(), requestId, JSON.stringify(document), at],
    );
  }

  /** The latest; null before there is one. */
  async receipt(requestId: string): Promise<Record<string, unknown> | null> {
    const [row] = await this.uow.query<{ document: Record<string, unknown> }>(
      'SELECT document FROM privacy_receipt WHERE tenant_id = $1 AND request_id = $2 ORDER BY id DESC LIMIT 1',
      [currentTenant(), requestId],
    );
    return row?.document ?? null;
  }

  private async one(id: string, locking: '' | 'FOR UPDATE'): Promise<DataRequest> {
    const [row] = await this.uow.query<DataRequest>(
      `SELECT ${COLUMNS} FROM privacy_request WHERE tenant_id = $1 AND id = $2 ${locking}`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('privacy-request', id);
    return row;
  }
}
