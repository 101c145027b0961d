import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

/** Services, staff, their hours, and bookings that the database itself keeps from overlapping. */
export class CalendarCreateBooking1763600300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.createSettings(runner);
    await this.createServices(runner);
    await this.createStaff(runner);
    await this.createHours(runner);
    await this.createBookings(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = [
      'booking',
      'hours_exception',
      'working_hours',
      'staff_service',
      'staff',
      'service',
      'calendar_settings',
    ];
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
  }

  private async createSettings(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE calendar_settings (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        time_zone text NOT NULL,
        min_notice_minutes int NOT NULL CHECK (min_notice_minutes BETWEEN 0 AND 43200),
        horizon_days int NOT NULL CHECK (horizon_days BETWEEN 1 AND 730),
        slot_step_minutes int NOT NULL CHECK (slot_step_minutes BETWEEN 5 AND 1440),
        hold_ttl_seconds int NOT NULL CHECK (hold_ttl_seconds BETWEEN 30 AND 86400),
        version int NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id)
      )`);
    await protectTable(runner, 'calendar_settings');
  }

  private async createServices(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE service (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        description text,
        duration_minutes int NOT NULL CHECK (duration_minutes > 0),
        buffer_before_minutes int NOT NULL CHECK (buffer_before_minutes >= 0),
        buffer_after_minutes int NOT NULL CHECK (buffer_after_minutes >= 0),
        price_amount bigint NOT NULL CHECK (price_amount >= 0),
        price_currency text NOT NULL CHECK (price_currency ~ '^[A-Z]{3}$'),
        active boolean NOT NULL,
        created_at timestamptz NOT NULL,
        version int NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CHECK (duration_minutes + buffer_before_minutes + buffer_after_minutes <= 1440)
      )`);
    await protectTable(runner, 'service');
  }

  private async createStaff(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE staff (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        active boolean NOT NULL,
        created_at timestamptz NOT NULL,
        version int NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'staff');
    await runner.query(`
      CREATE TABLE staff_service (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        staff_id uuid NOT NULL,
        service_id uuid NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, staff_id, service_id),
        FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id),
        FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id)
      )`);
    await runner.query(`CREATE INDEX staff_service_by_service ON staff_service (tenant_id, service_id)`);
    await protectTable(runner, 'staff_service');
  }

  private async createHours(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE working_hours (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        staff_id uuid NOT NULL,
        weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
        from_minute smallint NOT NULL CHECK (from_minute >= 0),
        to_minute smallint NOT NULL CHECK (to_minute <= 1440),
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id),
        CHECK (from_minute < to_minute),
        CONSTRAINT working_hours_no_overlap EXCLUDE USING gist (
          tenant_id WITH =, staff_id WITH =, weekday WITH =, int4range(from_minute, to_minute) WITH &&
        )
      )`);
    await protectTable(runner, 'working_hours');
    // staff_id null: the whole business. One exception a date and person, also for the null one.
    await runner.query(`
      CREATE TABLE hours_exception (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        staff_id uuid,
        date date NOT NULL,
        intervals jsonb NOT NULL CHECK (jsonb_typeof(intervals) = 'array'),
        note text,
        PRIMARY KEY (tenant_id, id),
        UNIQUE NULLS NOT DISTINCT (tenant_id, staff_id, date),
        FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id)
      )`);
    await runner.query(`CREATE INDEX hours_exception_by_date ON hours_exception (tenant_id, date, id)`);
    await protectTable(runner, 'hours_exception');
  }

  private async createBookings(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE booking (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        code text NOT NULL CHECK (code ~ '^[2-9A-HJKMNP-Z]{6}$'),
        status text NOT NULL CHECK (status IN ('held', 'confirmed', 'cancelled', 'expired')),
        service_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        busy tstzrange NOT NULL,
        price_amount bigint NOT NULL,
        price_currency text NOT NULL,
        customer_id uuid,
        customer_name text,
        customer_phone text,
        notes text,
        source text NOT NULL CHECK (source IN ('assistant', 'staff')),
        thread_id uuid,
        idempotency_key text,
        hold_expires_at timestamptz,
        cancel_reason text,
        created_at timestamptz NOT NULL,
        version int NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT booking_code_key UNIQUE (tenant_id, code),
        CONSTRAINT booking_idempotency_key UNIQUE (tenant_id, idempotency_key),
        FOREIGN KEY (tenant_id, service_id) REFERENCES service (tenant_id, id),
        FOREIGN KEY (tenant_id, staff_id) REFERENCES staff (tenant_id, id),
        CHECK (starts_at < ends_at AND busy @> tstzrange(starts_at, ends_at)),
        CHECK (status <> 'held' OR hold_expires_at IS NOT NULL),
        CONSTRAINT booking_no_overlap EXCLUDE USING gist (tenant_id WITH =, staff_id WITH =, busy WITH &&)
          WHERE (status IN ('held', 'confirmed'))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX booking_one_hold_a_thread ON booking (tenant_id, thread_id) WHERE status = 'held'`,
    );
    // Range operators are not leakproof, so under row level security no index serves them in a query: reads go by start.
    await runner.query(
      `CREATE INDEX booking_busy ON booking (tenant_id, staff_id, starts_at) WHERE status IN ('held', 'confirmed')`,
    );
    await runner.query(`CREATE INDEX booking_by_start ON booking (tenant_id, starts_at, id)`);
    await runner.query(`CREATE INDEX booking_by_customer ON booking (tenant_id, customer_id, starts_at)`);
    await protectTable(runner, 'booking');
  }
}
