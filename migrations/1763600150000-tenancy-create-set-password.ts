import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

/** For operators: a new password for a member of the tenant of the transaction. */
export class TenancyCreateSetPassword1763600150000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE POLICY system_update ON person FOR UPDATE TO frontdesk_system USING (true) WITH CHECK (true)',
    );
    await runner.query('GRANT UPDATE (password_hash) ON person TO frontdesk_system');
    await runner.query(`
      CREATE FUNCTION set_member_password(member_email text, new_hash text) RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        UPDATE person p SET password_hash = new_hash
        WHERE p.email = lower(member_email) AND EXISTS (
          SELECT 1 FROM membership m
          WHERE m.person_id = p.id AND m.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        RETURNING p.id
      $$`);
    await asSystemFunction(runner, 'set_member_password(text, text)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION set_member_password(text, text)');
    await runner.query('REVOKE UPDATE (password_hash) ON person FROM frontdesk_system');
    await runner.query('DROP POLICY system_update ON person');
  }
}
