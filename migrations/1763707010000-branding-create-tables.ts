import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

/** How a business looks to its customers, its pictures, and as whom it writes e-mail. */
export class BrandingCreateTables1763707010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE branding (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        display_name text,
        colors jsonb NOT NULL DEFAULT '{}',
        support jsonb NOT NULL DEFAULT '{}',
        hide_powered_by boolean NOT NULL DEFAULT false,
        custom_css text NOT NULL DEFAULT '' CHECK (length(custom_css) <= 40000),
        version int NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id)
      )`);
    await protectTable(runner, 'branding');

    await runner.query(`
      CREATE TABLE brand_asset (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('logo', 'favicon')),
        content_type text NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
        bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 524288),
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        width int NOT NULL CHECK (width BETWEEN 1 AND 4096),
        height int NOT NULL CHECK (height BETWEEN 1 AND 4096),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, kind)
      )`);
    // Pictures are compressed already.
    await runner.query('ALTER TABLE brand_asset ALTER COLUMN bytes SET STORAGE EXTERNAL');
    await protectTable(runner, 'brand_asset', { audit: { mask: ['bytes'] } });

    await runner.query(`
      CREATE TABLE brand_sender (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        from_name text,
        from_address text,
        reply_to text,
        smtp_host text,
        smtp_port int CHECK (smtp_port BETWEEN 1 AND 65535),
        smtp_security text CHECK (smtp_security IN ('tls', 'starttls')),
        smtp_username text,
        smtp_password text,
        version int NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id),
        CHECK ((smtp_host IS NULL) = (smtp_port IS NULL) AND (smtp_host IS NULL) = (smtp_security IS NULL))
      )`);
    await protectTable(runner, 'brand_sender');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['brand_sender', 'brand_asset', 'branding'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
