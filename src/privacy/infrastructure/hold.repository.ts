import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataSubject, mergeSubjects, type SubjectPart } from '#libs/privacy';
import type { LegalHold } from '../domain/data-request.js';
import type { RetentionDays } from '../domain/retention-policy.js';

const COLUMNS = `id, subject_name AS "subjectName", subject_keys AS "subjectKeys", data_classes AS "dataClasses", reason, authority,
  until, placed_at AS "placedAt", placed_by AS "placedBy", lifted_at AS "liftedAt", lifted_by AS "liftedBy",
  lift_reason AS "liftReason", version`;
const ACTIVE = 'lifted_at IS NULL AND (until IS NULL OR until > $2)';
const place = (rowId: string) => ({ table: 'legal_hold', column: 'subject_sealed', rowId });

/** Legal holds, and the row that whoever deletes shares and whoever holds takes alone. */
@Injectable()
export class HoldRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  /** `delete`: no hold is placed before this unit of work ends. `hold`: nothing is deleted. */
  async gate(purpose: 'delete' | 'hold'): Promise<{ retention: RetentionDays; version: number }> {
    await this.uow.execute(
      'INSERT INTO privacy_settings (tenant_id, id) VALUES ($1, $1) ON CONFLICT DO NOTHING',
      [currentTenant()],
    );
    const [row] = await this.uow.query<{ retention: RetentionDays; version: number }>(
      `SELECT retention, version FROM privacy_settings WHERE tenant_id = $1 ${purpose === 'hold' ? 'FOR UPDATE' : 'FOR SHARE'}`,
      [currentTenant()],
    );
    if (!row) throw new Error('the privacy settings are gone');
    return row;
  }

  async setRetention(days: RetentionDays): Promise<void> {
    await this.uow.execute(
      'UPDATE privacy_settings SET retention = $2, version = version + 1 WHERE tenant_id = $1',
      [currentTenant(), JSON.stringify(days)],
    );
  }

  async insert(
    hold: Pick<
      LegalHold,
      | 'id'
      | 'subjectName'
      | 'subjectKeys'
      | 'dataClasses'
      | 'reason'
      | 'authority'
      | 'until'
      | 'placedAt'
      | 'placedBy'
    >,
    subject: DataSubject,
  ): Promise<void> {
    await this.uow.execute(
      `INSERT INTO legal_hold (tenant_id, id, subject_name, subject_keys, subject_sealed, data_classes, reason, authority, until,
         placed_at, placed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        currentTenant(),
        hold.id,
        hold.subjectName,
        hold.subjectKeys,
        await this.cipher.seal(JSON.stringify(subject), place(hold.id)),
        hold.dataClasses,
        hold.reason,
        hold.authority,
        hold.until,
        hold.placedAt,
        hold.placedBy,
      ],
    );
  }

  list(page: { limit: number; startingAfter?: string }): Promise<LegalHold[]> {
    return this.uow.query<LegalHold>(
      `SELECT ${COLUMNS} FROM legal_hold WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  /** Error: `legal_hold.not_found`. */
  async get(id: string): Promise<LegalHold> {
    const [row] = await this.uow.query<LegalHold>(
      `SELECT ${COLUMNS} FROM legal_hold WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('legal-hold', id);
    return row;
  }

  /** False when it was lifted before. */
  async lift(id: string, by: string | null, reason: string, at: Date): Promise<boolean> {
    const lifted = await this.uow.execute(
      `UPDATE legal_hold SET lifted_at = $3, lifted_by = $4, lift_reason = $5, version = version + 1
       WHERE tenant_id = $1 AND id = $2 AND lifted_at IS NULL`,
      [currentTenant(), id, at, by, reason],
    );
    return lifted > 0;
  }

  /** Holds in force over any of these names, oldest first. */
  over(subjectKeys: readonly string[], now: Date): Promise<LegalHold[]> {
    return this.uow.query<LegalHold>(
      `SELECT ${COLUMNS} FROM legal_hold WHERE tenant_id = $1 AND ${ACTIVE} AND subject_keys && $3::text[] ORDER BY id`,
      [currentTenant(), now, subjectKeys],
    );
  }

  /** Whom the holds in force over a class are about. */
  async held(dataClass: string, now: Date): Promise<DataSubject[]> {
    const rows = await this.uow.query<{ id: string; sealed: string }>(
      `SELECT id, subject_sealed AS sealed FROM legal_hold
       WHERE tenant_id = $1 AND ${ACTIVE} AND (data_classes IS NULL OR $3 = ANY (data_classes)) AND subject_sealed IS NOT NULL`,
      [currentTenant(), now, dataClass],
    );
    const subjects: DataSubject[] = [];
    for (const { id, sealed } of rows)
      // Those of before know fewer kinds of ids.
      subjects.push(mergeSubjects(JSON.parse(await this.cipher.open(sealed, place(id))) as SubjectPart));
    return subjects;
  }
}
