import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/**
 * `referral_code` is looked up before its tenant is known, so its key spans tenants. A referral has two sides, each a row of
 * its own tenant: `referral_signup` is what the new business knows of it, `referral` what the one that referred it may know.
 */
export class ReferralsCreateTables1763707030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE referral_code (
        code text PRIMARY KEY,
        owner_tenant_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz
      )`);
    await runner.query(
      'CREATE UNIQUE INDEX referral_code_current ON referral_code (owner_tenant_id) WHERE retired_at IS NULL',
    );
    await protectTable(runner, 'referral_code', { tenantColumn: 'owner_tenant_id', system: ['select'] });
    await runner.query('REVOKE DELETE ON referral_code FROM frontdesk_app');

    await runner.query(`
      CREATE TABLE referral_signup (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        event_id uuid NOT NULL,
        owner_id uuid NOT NULL,
        code text NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('attributed', 'refused')),
        reason text CHECK (reason IN ('unknown_code', 'retired_code', 'self_referral', 'known_owner', 'repeat')),
        referral_id uuid,
        signed_up_at timestamptz NOT NULL,
        settled_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, event_id),
        CHECK ((outcome = 'refused') = (reason IS NOT NULL)),
        CHECK ((outcome = 'attributed') = (referral_id IS NOT NULL))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX referral_signup_once ON referral_signup (tenant_id) WHERE outcome = 'attributed'`,
    );
    await runner.query(
      `CREATE INDEX referral_signup_open ON referral_signup (signed_up_at) WHERE outcome = 'attributed' AND settled_at IS NULL`,
    );
    await protectTable(runner, 'referral_signup', { system: ['select'] });

    // An address may be verified before the sign-up is heard of: events of a business come in any order.
    await runner.query(`
      CREATE TABLE referral_verified_person (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        verified_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, person_id)
      )`);
    await runner.query('CREATE INDEX referral_verified_by_person ON referral_verified_person (person_id)');
    await protectTable(runner, 'referral_verified_person', { system: ['select'] });

    await runner.query(`
      CREATE TABLE referral (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        code text NOT NULL,
        masked_name text NOT NULL,
        status text NOT NULL CHECK (status IN ('refused', 'pending', 'earned', 'void')),
        reason text,
        signed_up_at timestamptz NOT NULL,
        settled_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'referral', { system: ['select', 'insert', 'update'] });

    // What a reward went through, a line for each step: nothing here is ever changed or removed.
    await runner.query(`
      CREATE TABLE referral_entry (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        referral_id uuid NOT NULL,
        side text NOT NULL CHECK (side IN ('referrer', 'referred')),
        status text NOT NULL CHECK (status IN ('pending', 'earned', 'paid', 'void')),
        amount bigint NOT NULL CHECK (amount >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        reason text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, referral_id, side, status)
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX referral_entry_final ON referral_entry (tenant_id, referral_id, side)
        WHERE status IN ('paid', 'void')`);
    await protectTable(runner, 'referral_entry', { system: ['select', 'insert'] });
    await runner.query('REVOKE UPDATE, DELETE ON referral_entry FROM frontdesk_app');

    await this.functions(runner);
  }

  private async functions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION find_referral_code(wanted text) RETURNS TABLE (current boolean) LANGUAGE sql STABLE AS $$
        SELECT retired_at IS NULL FROM referral_code WHERE code = wanted
      $$`);
    await asSystemFunction(runner, 'find_referral_code(text)');

    // The referrer's side of a sign-up. The new business is the tenant of the transaction, never an argument, and learns the
    // outcome alone, not whose the code is. "known_owner": somebody of the new business works in another one already.
    await runner.query(`
      CREATE FUNCTION record_referral(new_id uuid, entry_id uuid, wanted text, masked text, reward bigint,
        reward_currency text, at timestamptz)
      RETURNS text LANGUAGE plpgsql AS $$
      DECLARE
        newcomer uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
        referrer referral_code;
        refusal text;
      BEGIN
        SELECT * INTO referrer FROM referral_code WHERE code = wanted;
        IF referrer.code IS NULL THEN RETURN 'unknown_code'; END IF;
        IF referrer.owner_tenant_id = newcomer OR EXISTS (
          SELECT 1 FROM membership a JOIN membership b ON b.person_id = a.person_id
          WHERE a.tenant_id = newcomer AND b.tenant_id = referrer.owner_tenant_id)
        THEN refusal := 'self_referral';
        ELSIF referrer.retired_at IS NOT NULL THEN refusal := 'retired_code';
        ELSIF EXISTS (
          SELECT 1 FROM membership a JOIN membership b ON b.person_id = a.person_id
          WHERE a.tenant_id = newcomer AND a.role = 'owner' AND b.tenant_id <> newcomer)
        THEN refusal := 'known_owner';
        END IF;
        IF refusal = 'self_referral' AND referrer.owner_tenant_id = newcomer THEN RETURN refusal; END IF;
        INSERT INTO referral (tenant_id, id, code, masked_name, status, reason, signed_up_at)
        VALUES (referrer.owner_tenant_id, new_id, wanted, masked,
          CASE WHEN refusal IS NULL THEN 'pending' ELSE 'refused' END, refusal, at);
        IF refusal IS NULL THEN
          INSERT INTO referral_entry (tenant_id, id, referral_id, side, status, amount, currency, created_at)
          VALUES (referrer.owner_tenant_id, entry_id, new_id, 'referrer', 'pending', reward, reward_currency, at);
        END IF;
        RETURN coalesce(refusal, 'attributed');
      END $$`);
    await asSystemFunction(runner, 'record_referral(uuid, uuid, text, text, bigint, text, timestamptz)');

    // The referrer's side of an end: only for the referral that the business of the transaction came by, and only once.
    await runner.query(`
      CREATE FUNCTION settle_referral(entry_id uuid, new_status text, why text, at timestamptz)
      RETURNS boolean LANGUAGE plpgsql AS $$
      DECLARE settled referral;
      BEGIN
        IF new_status NOT IN ('earned', 'void') THEN RAISE EXCEPTION 'a referral is earned or void'; END IF;
        UPDATE referral r SET status = new_status, reason = why, settled_at = at
        FROM referral_signup s
        WHERE s.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND s.outcome = 'attributed'
          AND r.id = s.referral_id AND r.status = 'pending'
        RETURNING r.* INTO settled;
        IF settled.id IS NULL THEN RETURN false; END IF;
        INSERT INTO referral_entry (tenant_id, id, referral_id, side, status, amount, currency, reason, created_at)
        SELECT e.tenant_id, entry_id, e.referral_id, e.side, new_status, e.amount, e.currency, why, at
        FROM referral_entry e
        WHERE e.tenant_id = settled.tenant_id AND e.referral_id = settled.id AND e.side = 'referrer' AND e.status = 'pending';
        RETURN true;
      END $$`);
    await asSystemFunction(runner, 'settle_referral(uuid, text, text, timestamptz)');

    // A person is the same in every business, so it does not matter where they were seen to verify. Read as JSON, the column of
    // the person table counts from when there is one, also for who verified by another way than the event tells of.
    await runner.query(`
      CREATE FUNCTION open_referral_signups(ripe_before timestamptz, over_before timestamptz, most int)
      RETURNS TABLE (tenant_id uuid, verified boolean) LANGUAGE sql STABLE AS $$
        SELECT o.tenant_id, o.verified FROM (
          SELECT s.tenant_id, s.signed_up_at,
            EXISTS (SELECT 1 FROM referral_verified_person v WHERE v.person_id = s.owner_id)
              OR EXISTS (SELECT 1 FROM person p
                WHERE p.id = s.owner_id AND to_jsonb(p) ->> 'email_verified_at' IS NOT NULL) AS verified
          FROM referral_signup s
          WHERE s.outcome = 'attributed' AND s.settled_at IS NULL
            AND s.signed_up_at <= greatest(ripe_before, over_before)) o
        WHERE (o.verified AND o.signed_up_at <= ripe_before) OR o.signed_up_at <= over_before
        ORDER BY o.signed_up_at LIMIT most
      $$`);
    await asSystemFunction(runner, 'open_referral_signups(timestamptz, timestamptz, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'open_referral_signups(timestamptz, timestamptz, int)',
      'settle_referral(uuid, text, text, timestamptz)',
      'record_referral(uuid, uuid, text, text, bigint, text, timestamptz)',
      'find_referral_code(text)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of [
      'referral_entry',
      'referral',
      'referral_verified_person',
      'referral_signup',
      'referral_code',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
