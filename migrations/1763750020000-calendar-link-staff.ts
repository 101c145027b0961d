import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The member whose diary it is: whose bookings are "mine". */
export class CalendarLinkStaff1763750020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE staff ADD COLUMN person_id uuid');
    await runner.query(
      'CREATE UNIQUE INDEX staff_person ON staff (tenant_id, person_id) WHERE person_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE staff DROP COLUMN person_id');
  }
}
