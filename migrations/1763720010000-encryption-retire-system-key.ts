import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

/** Data keys of no tenant can be retired, as those of tenants are: of one scope at most one lives. */
export class EncryptionRetireSystemKey1763720010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE system_key ADD COLUMN retired_at timestamptz');
    await runner.query('ALTER TABLE system_key DROP CONSTRAINT system_key_scope_key');
    await runner.query(
      'CREATE UNIQUE INDEX system_key_living ON system_key (scope) WHERE retired_at IS NULL',
    );
    await this.createFunctions(runner, ' AND k.retired_at IS NULL', '(scope) WHERE retired_at IS NULL');
  }

  /** Fails where a key was retired: what it has sealed would name a key that could not be kept. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX system_key_living');
    await runner.query('ALTER TABLE system_key ADD CONSTRAINT system_key_scope_key UNIQUE (scope)');
    await this.createFunctions(runner, '', '(scope)');
    await runner.query('ALTER TABLE system_key DROP COLUMN retired_at');
  }

  private async createFunctions(runner: QueryRunner, living: string, conflict: string): Promise<void> {
    await runner.query('DROP FUNCTION system_key_current(text)');
    await runner.query('DROP FUNCTION system_key_put(uuid, text, text, text, timestamptz)');
    await runner.query(`
      CREATE FUNCTION system_key_current(wanted text)
      RETURNS TABLE (id uuid, scope text, "wrappedKey" text, "kekId" text) LANGUAGE sql STABLE AS $$
        SELECT k.id, k.scope, k.wrapped_key, k.kek_id FROM system_key k WHERE k.scope = wanted${living}
      $$`);
    await asSystemFunction(runner, 'system_key_current(text)');
    await runner.query(`
      CREATE FUNCTION system_key_put(new_id uuid, wanted text, wrapped text, kek text, at timestamptz)
      RETURNS TABLE (id uuid, scope text, "wrappedKey" text, "kekId" text) LANGUAGE sql AS $$
        INSERT INTO system_key (id, scope, wrapped_key, kek_id, created_at) VALUES (new_id, wanted, wrapped, kek, at)
        ON CONFLICT ${conflict} DO NOTHING
        RETURNING system_key.id, system_key.scope, system_key.wrapped_key, system_key.kek_id
      $$`);
    await asSystemFunction(runner, 'system_key_put(uuid, text, text, text, timestamptz)');
  }
}
