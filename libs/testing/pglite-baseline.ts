const USER_SCHEMA = `nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'test_baseline')`;

export const HAS_BASELINE = `SELECT to_regclass('test_baseline.sequence') IS NOT NULL AS kept`;

/** An empty database again, whatever was in it. Roles belong to the engine and stay. */
export const CLEAR_DATABASE = `
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
  GRANT USAGE ON SCHEMA public TO PUBLIC;
END $$`;

/**
 * Keeps the rows that the migrations have written, and the position of the sequences, and a function that puts both
 * back. Emptying only what has rows and copying the few kept ones takes milliseconds; migrating again takes seconds.
 */
export const KEEP_BASELINE = `
CREATE SCHEMA test_baseline;
CREATE TABLE test_baseline.kept (of regclass, copy text, columns text);
CREATE TABLE test_baseline.sequence (of regclass, last_value bigint);

CREATE VIEW test_baseline.leaf AS
  SELECT c.oid::regclass AS of FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND ${USER_SCHEMA};

CREATE FUNCTION test_baseline.has_rows(of regclass) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', of) INTO found;
  RETURN found;
END $$;

DO $$
DECLARE t regclass; copy text;
BEGIN
  FOR t IN SELECT of FROM test_baseline.leaf WHERE test_baseline.has_rows(of) LOOP
    copy := format('test_baseline.%I', 'rows_' || t::oid);
    EXECUTE format('CREATE TABLE %s AS TABLE %s', copy, t);
    INSERT INTO test_baseline.kept
      SELECT t, copy, string_agg(format('%I', attname), ', ') FROM pg_attribute
      WHERE attrelid = t AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
  END LOOP;
  INSERT INTO test_baseline.sequence
    SELECT format('%I.%I', schemaname, sequencename)::regclass, last_value FROM pg_sequences;
END $$;

CREATE FUNCTION test_baseline.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE filled text; k record;
BEGIN
  -- No trigger and no foreign key is checked: an append-only table must be emptied too.
  PERFORM set_config('session_replication_role', 'replica', true);
  SELECT string_agg(of::text, ', ') INTO filled FROM test_baseline.leaf WHERE test_baseline.has_rows(of);
  IF filled IS NOT NULL THEN EXECUTE 'TRUNCATE ' || filled || ' CASCADE'; END IF;
  FOR k IN SELECT * FROM test_baseline.kept LOOP
    EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s', k.of, k.columns, k.copy);
  END LOOP;
  PERFORM setval(of, coalesce(last_value, 1), last_value IS NOT NULL) FROM test_baseline.sequence;
END $$`;

export const RESTORE_BASELINE = 'SELECT test_baseline.restore()';
