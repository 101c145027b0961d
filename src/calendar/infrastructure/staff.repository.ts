import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { StaffView } from '../contracts/index.js';
import { personHasDiary, serviceNotFound, staffNotFound } from '../domain/calendar-errors.js';

export type StaffDraft = Omit<StaffView, 'id' | 'version'>;

export interface StaffFilter {
  readonly serviceId?: string;
  readonly active?: boolean;
}

const SELECT = `SELECT p.id, p.name, p.person_id AS "personId", p.active, p.version, coalesce(
    (SELECT json_agg(o.service_id ORDER BY o.service_id) FROM staff_service o
     WHERE o.tenant_id = p.tenant_id AND o.staff_id = p.id), '[]') AS "serviceIds"
  FROM staff p WHERE p.tenant_id = $1`;

const FILTER = `AND ($2::boolean IS NULL OR p.active = $2) AND ($3::uuid IS NULL OR EXISTS (
    SELECT FROM staff_service o WHERE o.tenant_id = p.tenant_id AND o.staff_id = p.id AND o.service_id = $3))`;

@Injectable()
export class StaffRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<StaffView | null> {
    return (await this.select('AND p.id = $2', [id]))[0] ?? null;
  }

  /** With the row locked. Error: `calendar.staff_not_found`. */
  async lock(id: string): Promise<StaffView> {
    const [view] = await this.select('AND p.id = $2 FOR NO KEY UPDATE OF p', [id]);
    if (!view) throw staffNotFound(id, 'id');
    return view;
  }

  /** The staff whose diaries are those of these people. */
  async idsOf(personIds: readonly string[]): Promise<string[]> {
    const rows = await this.uow.query<{ id: string }>(
      'SELECT id FROM staff WHERE tenant_id = $1 AND person_id = ANY ($2::uuid[]) ORDER BY id',
      [currentTenant(), personIds],
    );
    return rows.map(({ id }) => id);
  }

  /** By name. */
  listActive(serviceId: string | undefined): Promise<StaffView[]> {
    return this.select(`${FILTER} ORDER BY p.name, p.id`, [true, serviceId ?? null]);
  }

  /** By age. Answers one row more than `limit` when there is one. */
  list(
    { active, serviceId }: StaffFilter,
    limit: number,
    startingAfter: string | undefined,
  ): Promise<StaffView[]> {
    return this.select(`${FILTER} AND ($4::uuid IS NULL OR p.id > $4) ORDER BY p.id LIMIT $5`, [
      active ?? null,
      serviceId ?? null,
      startingAfter ?? null,
      limit + 1,
    ]);
  }

  /** Errors: `calendar.service_not_found`, `calendar.person_has_diary`. */
  async insert(draft: StaffDraft): Promise<StaffView> {
    const view: StaffView = { ...draft, id: newId(), version: 1 };
    const inserted = await this.uow.execute(
      `INSERT INTO staff (tenant_id, id, name, active, version, created_at, person_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, person_id) WHERE person_id IS NOT NULL DO NOTHING`,
      [currentTenant(), view.id, view.name, view.active, view.version, this.clock.now(), view.personId],
    );
    if (inserted === 0) throw personHasDiary();
    await this.setServices(view.id, view.serviceIds);
    return view;
  }

  /** Writes locked staff. Errors: `calendar.service_not_found`, `calendar.person_has_diary`. */
  async save(view: StaffView, options: { services: boolean }): Promise<void> {
    const saved = await this.uow.execute(
      `UPDATE staff SET name = $3, active = $4, version = $5, person_id = $6 WHERE tenant_id = $1 AND id = $2
         AND NOT EXISTS (SELECT FROM staff o WHERE o.tenant_id = $1 AND o.person_id = $6 AND o.id <> $2)`,
      [currentTenant(), view.id, view.name, view.active, view.version, view.personId],
    );
    if (saved === 0) throw personHasDiary();
    if (options.services) await this.setServices(view.id, view.serviceIds);
  }

  private async setServices(staffId: string, serviceIds: readonly string[]): Promise<void> {
    const known = await this.uow.query<{ id: string }>(
      'SELECT id FROM service WHERE tenant_id = $1 AND id = ANY($2::uuid[])',
      [currentTenant(), serviceIds],
    );
    const ids = new Set(known.map(({ id }) => id));
    serviceIds.forEach((id, index) => {
      if (!ids.has(id)) throw serviceNotFound(id, `/serviceIds/${index}`);
    });
    await this.uow.execute(
      'DELETE FROM staff_service WHERE tenant_id = $1 AND staff_id = $2 AND service_id <> ALL($3::uuid[])',
      [currentTenant(), staffId, serviceIds],
    );
    await this.uow.execute(
      `INSERT INTO staff_service (tenant_id, id, staff_id, service_id)
       SELECT $1, pair.id, $2, pair.service_id FROM unnest($3::uuid[], $4::uuid[]) AS pair(id, service_id)
       ON CONFLICT DO NOTHING`,
      [currentTenant(), staffId, serviceIds.map(() => newId()), serviceIds],
    );
  }

  private select(where: string, parameters: unknown[]): Promise<StaffView[]> {
    return this.uow.query<StaffView>(`${SELECT} ${where}`, [currentTenant(), ...parameters]);
  }
}
