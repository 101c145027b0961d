import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

export class AiCreateTurnRecords1763600500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE assistant (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        model text,
        temperature numeric(3, 2),
        max_tokens int,
        instructions text NOT NULL DEFAULT '',
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id)
      )`);
    await protectTable(runner, 'assistant');

    await runner.query(`
      CREATE TABLE turn_record (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        thread_id uuid NOT NULL,
        outcome text NOT NULL,
        language text NOT NULL,
        transcript jsonb NOT NULL,
        model text NOT NULL,
        prompt_tokens int NOT NULL,
        completion_tokens int NOT NULL,
        cost_micros bigint NOT NULL,
        duration_ms int NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query(`CREATE INDEX turn_record_by_thread ON turn_record (tenant_id, thread_id, id)`);
    await protectTable(runner, 'turn_record');

    await runner.query(`
      CREATE TABLE model_call (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        turn_id uuid NOT NULL,
        model text NOT NULL,
        outcome text NOT NULL,
        prompt_tokens int NOT NULL,
        completion_tokens int NOT NULL,
        cost_micros bigint NOT NULL,
        priced boolean NOT NULL,
        duration_ms int NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query(`CREATE INDEX model_call_by_turn ON model_call (tenant_id, turn_id)`);
    await protectTable(runner, 'model_call');

    await runner.query(`
      CREATE TABLE tool_receipt (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        turn_id uuid NOT NULL,
        idempotency_key text NOT NULL,
        tool text NOT NULL,
        arguments jsonb NOT NULL,
        result jsonb,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, idempotency_key)
      )`);
    await protectTable(runner, 'tool_receipt');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['tool_receipt', 'model_call', 'turn_record', 'assistant'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
